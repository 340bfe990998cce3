/** No file speaks of the machine or the folder that it was written on: a clone of the project is all that a reader has. */
import { lineAt, type Rule } from './source-tree.ts';

/** Written in two parts each, so that this file does not name them either. */
const FORBIDDEN = [`/${'work'}/`, `../${'shared'}`];

/** The one file that may look for the folder beside the project, for tests against material that is not part of it. */
export const MAY_NAME_IT = 'test/shared-folder.ts';

export const noFileNamesTheWorkplace: Rule = (tree) =>
  [...tree].flatMap(([file, text]) =>
    file === MAY_NAME_IT
      ? []
      : FORBIDDEN.filter((words) => text.includes(words)).map((words) => ({
          file,
          line: lineAt(text, text.indexOf(words)),
          message: `names ${words}, which exists nowhere else`,
        })),
  );
