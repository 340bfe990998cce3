import { describe, expect, it } from 'vitest';
import { Directory } from './directory.ts';
import { FileContent } from './file-content.ts';

/**
 * A story in words: `+a` creates a, `-a` removes it, `a>b` renames, `!a` syncs a's name, `!` syncs all. The answer
 * names the files by the order of their creation, as a power loss leaves them.
 */
function afterPowerLoss(story: string): string {
  const directory = new Directory();
  const contents: FileContent[] = [];
  for (const word of story.split(' ')) {
    const [from = '', to] = word.split('>');
    if (word.startsWith('+')) {
      contents.push(new FileContent());
      directory.create(word.slice(1), contents.at(-1) as FileContent);
    } else if (word.startsWith('-')) directory.remove(word.slice(1));
    else if (word === '!') directory.syncAll();
    else if (word.startsWith('!')) directory.sync(word.slice(1));
    else directory.rename(from, to as string);
  }
  directory.revert();
  const names = [...directory.files()].map(([name, content]) => `${name}=${contents.indexOf(content) + 1}`);
  return names.sort().join(' ');
}

describe('Directory', () => {
  const stories: [promise: string, story: string, left: string][] = [
    ['loses a creation that was not synced', '+a', ''],
    ['keeps a creation that was synced', '+a !a', 'a=1'],
    ['undoes a removal that was not synced', '+a ! -a', 'a=1'],
    ['keeps a removal that was synced', '+a ! -a !', ''],
    ['undoes a rename as a whole', '+a ! a>b', 'a=1'],
    ['keeps a rename as a whole', '+a ! a>b !b', 'b=1'],
    ['keeps creation and rename together', '+a a>b !b', 'b=1'],
    ['keeps a chain of renames', '+a a>b b>c !c', 'c=1'],
    ['brings back what an undone rename replaced', '+a +b ! a>b', 'a=1 b=2'],
    ['drops what a durable rename replaced', '+a +b ! a>b !b', 'b=1'],
    ['lets a new file have the old name of a renamed one only with the rename', '+a ! a>b +a !a', 'a=2 b=1'],
    ['takes a removal along with the file that has the name next', '+a ! -a +a !a', 'a=2'],
    ['leaves a removal alone that shares no name', '+a +b ! -a +c !c', 'a=1 b=2 c=3'],
    ['takes along what the dependence depends on', '+a ! a>b b>c +b +d !b', 'b=2 c=1'],
    ['takes along what shares no name itself, but with a dependence', '+a ! a>b b>c c>d +c !c', 'c=2 d=1'],
    ['keeps the order of what waits', '+a ! a>b b>c +d !d !c', 'c=1 d=2'],
    ['does not take along what came later', '+a ! a>b +a !a -b', 'a=2 b=1'],
    ['may let an earlier, unrelated change be lost', '+a +b ! -a b>c !c', 'a=1 c=2'],
    ['swaps names by way of a third', '+a +b ! a>t b>a t>b !b', 'a=2 b=1'],
    ['undoes half a swap to the last durable state', '+a +b ! a>t b>a', 'a=1 b=2'],
    ['keeps a rename onto itself as it is', '+a ! a>a', 'a=1'],
    ['brings back a file whose removal came after its replacement was synced', '+t !t t>s !s -s', 's=1'],
  ];
  for (const [promise, story, left] of stories) {
    it(`${promise}: ${story}`, () => expect(afterPowerLoss(story)).toBe(left));
  }
});
