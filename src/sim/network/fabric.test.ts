import { describe, expect, it } from 'vitest';
import { Host } from '../kernel/host.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Fabric } from './fabric.ts';
import type { Link } from './link.ts';

function fabricOf(count: number) {
  const kernel = new Kernel({
    seed: '1',
    ties: 'fifo',
    requestTimeoutUs: 1e7,
    keep: 'none',
    ringCapacity: 1,
    digest: false,
    paranoid: false,
  });
  for (let index = 0; index < count; index++) {
    const name = `h${index}`;
    const number = kernel.names.number(name);
    kernel.hosts.set(name, new Host({ name, index, number, zone: `z${index % 3}`, region: 'r', labels: {}, boot: [] }));
  }
  const changes: string[] = [];
  const note = (what: string) => (link: Link) => void changes.push(`${what} ${link.from.name}>${link.to.name}`);
  const fabric = new Fabric(kernel, {}, { linkCut: note('cut'), linkFreed: note('freed') });
  return { fabric, changes };
}

describe('a fabric', () => {
  it('of 5,000 hosts holds the links that are in use, and no others', () => {
    const { fabric } = fabricOf(5000);
    for (let i = 1; i < 5000; i++) fabric.flow(`h${i}/kubelet`, 'h0/apiserver');
    expect(fabric.links.size).toBe(4999);
    fabric.addRule({ type: 'cut' }, [{ from: Array.from({ length: 5000 }, (_, i) => i), to: [0] }]);
    expect(fabric.links.size).toBe(4999);
    expect([...fabric.links.values()].every((link) => link.cut)).toBe(true);
  });

  it('gives one link to all flows between two hosts, and each flow chances of its own', () => {
    const { fabric } = fabricOf(2);
    const [one, other] = [fabric.flow('h0/a', 'h1/x'), fabric.flow('h0/b', 'h1/x')];
    expect(one?.link).toBe(other?.link);
    expect(one?.chance).not.toBe(other?.chance);
    expect(fabric.flow('h0/a', 'h1/x')).toBe(one);
    expect(fabric.flow('h0/a', 'h9/x')).toBeUndefined();
    expect(fabric.flow('h1/x', 'h0/a')?.link).not.toBe(one?.link);
  });

  it('applies the rules that hold to links that come into being later', () => {
    const { fabric, changes } = fabricOf(3);
    const rule = fabric.addRule({ type: 'cut' }, [{ from: [0], to: [1, 2, 0] }]);
    expect(fabric.flow('h0/a', 'h1/a')?.link.blocked).toBe(true);
    expect(fabric.flow('h1/a', 'h0/a')?.link.blocked).toBe(false);
    expect(fabric.flow('h0/a', 'h0/b')?.link.blocked).toBe(false);
    fabric.removeRule(rule);
    expect(changes).toEqual(['freed h0>h1']);
  });

  it('tells of a link once when it is cut, and once when the last of what blocked it has ended', () => {
    const { fabric, changes } = fabricOf(2);
    const { link } = fabric.flow('h0/a', 'h1/a') as { link: Link };
    const direction = [{ from: [0], to: [1] }];
    const clog = fabric.addRule({ type: 'clog' }, direction);
    expect([link.blocked, link.cut, changes]).toEqual([true, false, []]);
    const cut = fabric.addRule({ type: 'cut' }, direction);
    const again = fabric.addRule({ type: 'cut' }, direction);
    expect([link.blocked, link.cut, link.cuts, changes]).toEqual([true, true, 1, ['cut h0>h1']]);
    fabric.removeRule(cut);
    fabric.removeRule(again);
    expect([link.blocked, link.cut]).toEqual([true, false]);
    fabric.removeRule(clog);
    expect([link.blocked, changes]).toEqual([false, ['cut h0>h1', 'freed h0>h1']]);
  });
});
