import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../kernel/trace.ts';
import { compactValue } from './compact-value.ts';
import { formatInstant, formatTrace } from './trace-text.ts';

const event = (fields: Partial<TraceEvent>): TraceEvent => ({
  id: 1,
  time: 0,
  cause: 0,
  kind: 'note',
  subject: 'a/main',
  object: '',
  detail: undefined,
  ...fields,
});

describe('formatTrace', () => {
  it('aligns its columns and names them', () => {
    const events = [
      event({ kind: 'start', detail: { type: 'start' } }),
      event({ id: 2, time: 1500, cause: 1, kind: 'deliver', detail: { type: 'timer', key: 'ask', then: undefined } }),
      event({ id: 3, time: 1500, cause: 2, kind: 'send', object: 'server/main', detail: { body: { get: 'x' } } }),
      event({
        id: 10,
        time: 61_000_000,
        kind: 'deliver',
        detail: { type: 'request', from: 'a/main', id: 4, body: 'hi' },
      }),
      event({ id: 11, time: 61_000_000, kind: 'fault', subject: 'world', detail: 'crash a/main\nnow' }),
    ];
    expect([...formatTrace(events)].join('\n')).toBe(
      [
        '      time  id  cause  kind     subject     object',
        ' 0.000000s   1      -  start    a/main',
        ' 0.001500s   2      1  deliver  a/main                   timer ask',
        ' 0.001500s   3      2  send     a/main   →  server/main  {get: x}',
        '61.000000s  10      -  deliver  a/main                   request from a/main hi {id: 4}',
        '61.000000s  11      -  fault    world                    crash a/main\\nnow',
      ].join('\n'),
    );
  });

  it('is one short line per event, however large the event is', () => {
    const large = { body: Array.from({ length: 100_000 }, (_, i) => ({ i, text: 'line\nbreak' })) };
    const lines = [...formatTrace([event({ detail: large })], { heading: false, detailWidth: 40 })];
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/…$/);
    expect(lines[0]?.length).toBeLessThan(100);
  });

  it('takes events as they come, and gives lines before they end', () => {
    const seen: number[] = [];
    function* endless() {
      for (let id = 1; ; id++) {
        seen.push(id);
        yield event({ id });
      }
    }
    const lines = formatTrace(endless());
    for (let i = 0; i < 1000; i++) expect(lines.next().done).toBe(false);
    expect(seen.length).toBeLessThan(2000);
  });
});

describe('formatInstant', () => {
  it.each([
    [0, '0.000000s'],
    [1, '0.000001s'],
    [3_600_000_000, '3600.000000s'],
  ])('writes %i µs as %s', (us, text) => {
    expect(formatInstant(us)).toBe(text);
  });
});

describe('compactValue', () => {
  it.each<[unknown, string]>([
    [{ op: 'put', n: 1, ok: true }, '{op: put, n: 1, ok: true}'],
    [['1', 1, '', 'null', null, undefined], '["1", 1, "", "null", null, undefined]'],
    [new Map([['x', new Set([1])]]), 'Map{x → Set{1}}'],
    [Uint8Array.of(0, 255), '<2 bytes 00ff>'],
    ['\u001b[31mred\u202e', '"\\u001b[31mred\\u202e"'],
    ['a/main', 'a/main'],
    ['a b', '"a b"'],
  ])('writes %o as %s', (value, text) => {
    expect(compactValue(value)).toBe(text);
  });

  it('is never longer than asked for', () => {
    for (let most = 1; most < 30; most++) {
      expect(compactValue({ key: 'value', list: [1, 2, 3], text: 'x'.repeat(50) }, most).length).toBe(most);
    }
  });
});
