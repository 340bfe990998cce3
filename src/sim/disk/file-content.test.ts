import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileContent, SECTOR_BYTES } from './file-content.ts';

function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

/** The value that fills each sector, and the length. */
function picture(content: FileContent): string {
  const bytes = content.read(0, content.size);
  const sectors: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += SECTOR_BYTES) {
    sectors.push([...new Set(bytes.subarray(offset, offset + SECTOR_BYTES))].join('/'));
  }
  return `${sectors.join(' ')} (${bytes.length})`;
}

describe('FileContent', () => {
  const tears: { name: string; surviving: number; left: string; change: (content: FileContent) => void }[] = [
    { name: 'nothing survives', surviving: 0, left: '1 1 1 (1500)', change: (c) => c.write(0, filled(512, 2)) },
    { name: 'an overwritten sector', surviving: 1, left: '2 1 1 (1500)', change: (c) => c.write(0, filled(900, 2)) },
    { name: 'the older of two', surviving: 1, left: '1 2 1 (1500)', change: writeSecondThenFirst },
    {
      name: 'an appended tail in part',
      surviving: 2,
      left: '1 1 1/2 2 (2048)',
      change: (c) => c.write(1500, filled(999, 2)),
    },
    {
      name: 'an appended tail at its end',
      surviving: 9,
      left: '1 1 1/2 2 2 (2499)',
      change: (c) => c.write(1500, filled(999, 2)),
    },
    {
      name: 'zeros of a gap',
      surviving: 3,
      left: '1 1 1/0 0 0/2 (2200)',
      change: (c) => c.write(2100, filled(100, 2)),
    },
    { name: 'no shrinking', surviving: 9, left: '1 1 1 (1500)', change: (c) => c.truncate(700) },
    {
      name: 'nothing of a tail that was cut off again',
      surviving: 9,
      left: '1 1 1 (1500)',
      change: (c) => {
        c.write(1500, filled(2000, 2));
        c.truncate(1500);
      },
    },
    { name: 'the latest version', surviving: 1, left: '3 1 1 (1500)', change: writeFirstTwice },
    { name: 'what was written after a truncation', surviving: 1, left: '2/1 1 1 (1500)', change: truncateAndWrite },
  ];
  for (const { name, surviving, left, change } of tears) {
    it(`lets the sectors survive that were dirty longest: ${name}`, () => {
      const content = new FileContent();
      content.write(0, filled(1500, 1));
      content.sync();
      change(content);
      content.revert(surviving);
      expect(picture(content)).toBe(left);
      expect(picture(content)).toBe(picture(FileContent.restore(content.save())));
      expect(content.dirty).toBe(false);
    });
  }

  it('counts each dirty sector once, and none that was cut off', () => {
    const content = new FileContent();
    content.write(0, filled(1500, 1));
    expect(content.dirtySectors).toBe(3);
    content.sync();
    expect(content.dirtySectors).toBe(0);
    content.write(600, filled(1, 2));
    content.write(700, filled(1, 2));
    expect(content.dirtySectors).toBe(1);
    content.write(1500, filled(1000, 2));
    expect(content.dirtySectors).toBe(4);
    content.truncate(1025);
    expect(content.dirtySectors).toBe(2);
    content.truncate(0);
    expect(content.dirtySectors).toBe(0);
  });

  it('damages the medium beneath the page cache, within the file and within what is durable', () => {
    const content = new FileContent();
    content.write(0, filled(600, 1));
    content.sync();
    content.write(500, filled(200, 2));
    content.overwriteMedium(510, filled(10_000, 9));
    content.flipBit(0, 1);
    expect(picture(content)).toBe('3/1/2/9 9 (700)');
    content.revert(0);
    expect(picture(content)).toBe('3/1/9 9 (600)');
  });

  it('brings back a durable end that was cut off when the content was saved', () => {
    const content = new FileContent();
    content.write(0, filled(1500, 1));
    content.sync();
    content.truncate(10);
    const restored = FileContent.restore(content.save());
    restored.revert(0);
    expect(picture(restored)).toBe('1 1 1 (1500)');
  });

  it('keeps what two full copies would keep, whatever is written, cut, synced and lost', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), at: fc.nat(3000), length: fc.nat(1500) }),
      fc.record({ kind: fc.constant('append' as const), length: fc.nat(700) }),
      fc.record({ kind: fc.constant('truncate' as const), size: fc.nat(4000) }),
      fc.record({ kind: fc.constantFrom('sync' as const, 'revert' as const, 'restore' as const) }),
      fc.record({ kind: fc.constant('flip' as const), at: fc.nat(3000), bit: fc.nat(7) }),
      fc.record({ kind: fc.constant('overwrite' as const), at: fc.nat(3000), length: fc.nat(1500) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let content = new FileContent();
        let cached: number[] = [];
        let durable: number[] = [];
        let clean: boolean[] = []; // by sector: whether both layers are one copy
        const touch = (from: number, to: number): void => {
          for (let s = Math.floor(from / 512); s * 512 < to; s++) clean[s] = false;
        };
        steps.forEach((step, i) => {
          const value = (i % 250) + 1;
          switch (step.kind) {
            case 'write':
            case 'append': {
              const at = step.kind === 'append' ? cached.length : step.at;
              content.write(at, filled(step.length, value));
              if (step.length === 0) break;
              touch(Math.min(at, cached.length), at + step.length);
              while (cached.length < at) cached.push(0);
              for (let j = 0; j < step.length; j++) cached[at + j] = value;
              break;
            }
            case 'truncate':
              content.truncate(step.size);
              if (step.size !== cached.length)
                touch(Math.min(step.size, cached.length), Math.max(step.size, cached.length));
              while (cached.length < step.size) cached.push(0);
              cached.length = step.size;
              break;
            case 'sync':
              content.sync();
              durable = [...cached];
              clean = [];
              break;
            case 'revert':
              content.revert(0);
              cached = [...durable];
              clean = [];
              break;
            case 'restore':
              content = FileContent.restore(content.save());
              break;
            case 'flip':
              if (step.at >= cached.length) break;
              content.flipBit(step.at, step.bit);
              cached[step.at] = (cached[step.at] as number) ^ (1 << step.bit);
              if (step.at < durable.length) durable[step.at] = (durable[step.at] as number) ^ (1 << step.bit);
              break;
            case 'overwrite':
              content.overwriteMedium(step.at, filled(step.length, value));
              for (let j = step.at; j < Math.min(step.at + step.length, cached.length); j++) {
                cached[j] = value;
                if (j < durable.length) durable[j] = value;
              }
              break;
          }
          expect(Buffer.from(content.read(0, 1e6)).equals(Buffer.from(cached))).toBe(true);
          expect(Buffer.from(content.durableBytes()).equals(Buffer.from(durable))).toBe(true);
          const dirty = Array.from({ length: Math.ceil(cached.length / 512) }, (_, s) => clean[s] === false);
          expect(content.dirtySectors).toBe(dirty.filter(Boolean).length);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('copies a growing file a few times only, however often it is appended to and synced', () => {
    const content = new FileContent();
    const record = filled(100, 7);
    let copied = 0;
    const set = Uint8Array.prototype.set;
    const slice = Uint8Array.prototype.slice;
    Uint8Array.prototype.set = function (this: Uint8Array, source: ArrayLike<number>, offset?: number) {
      copied += source.length;
      set.call(this, source, offset);
    };
    Uint8Array.prototype.slice = function (this: Uint8Array, start?: number, end?: number) {
      const result = slice.call(this, start, end);
      copied += result.length;
      return result;
    } as typeof slice;
    try {
      for (let i = 0; i < 20_000; i++) {
        content.write(content.size, record);
        content.sync();
      }
    } finally {
      Uint8Array.prototype.set = set;
      Uint8Array.prototype.slice = slice;
    }
    // The record, at most two doublings' worth, and the durable part of the last sector, 256 bytes on average.
    expect(copied / 20_000).toBeLessThan(100 + 2 * 100 + 300);
  });
});

function writeSecondThenFirst(content: FileContent): void {
  content.write(512, filled(512, 2));
  content.write(0, filled(512, 3));
}

function writeFirstTwice(content: FileContent): void {
  content.write(0, filled(512, 2));
  content.write(512, filled(512, 2));
  content.write(0, filled(512, 3));
}

function truncateAndWrite(content: FileContent): void {
  content.truncate(0);
  content.write(0, filled(100, 2));
}
