/**
 * Who may import whom: the layer table, and the rule that holds every import of the project against it.
 *
 * 1. A file belongs to the layer with the longest path that contains it; a file that belongs to none is a violation.
 *    A test belongs where the file that it tests belongs.
 * 2. A file may import its own layer, what its layer lists, and nothing else of the project. Tests keep to this too, and
 *    may besides import what stands in test/.
 * 3. The examples, scenarios, properties and benches import the project through its doors alone.
 */
import { importsOf, targetOf } from './imports.ts';
import { isTest, type Rule, type Violation } from './source-tree.ts';

interface Layer {
  /** A file, a folder, or `folder/*`: each folder (or file) in it is a layer of its own. */
  readonly path: string;
  /** The files and folders of the project that it may import, besides itself. */
  readonly mayImport: readonly string[];
  /** The third-party libraries that it may import; absent: any, for a rule of their own governs src. */
  readonly libraries?: readonly string[];
}

const SIM_DOOR = 'src/sim/index.ts';
const DOORS = ['src/index.ts', SIM_DOOR];
const TEST_LIBRARIES = ['vitest', 'fast-check'];

/** From the bottom to the top. */
export const LAYERS: readonly Layer[] = [
  { path: 'src/sim/kernel', mayImport: [] },
  { path: 'src/sim/network', mayImport: ['src/sim/kernel'] },
  { path: 'src/sim/disk', mayImport: ['src/sim/kernel'] },
  { path: 'src/sim/faults', mayImport: ['src/sim/kernel', 'src/sim/network', 'src/sim/disk'] },
  { path: 'src/sim/check', mayImport: ['src/sim/kernel', 'src/sim/network', 'src/sim/disk', 'src/sim/faults'] },
  {
    path: 'src/sim/world',
    mayImport: ['src/sim/kernel', 'src/sim/network', 'src/sim/disk', 'src/sim/faults', 'src/sim/check'],
  },
  { path: SIM_DOOR, mayImport: ['src/sim'] },

  { path: 'src/kubernetes/api', mayImport: [SIM_DOOR] },
  { path: 'src/kubernetes/protocol', mayImport: [SIM_DOOR, 'src/kubernetes/api'] },
  { path: 'src/kubernetes/client', mayImport: [SIM_DOOR, 'src/kubernetes/api', 'src/kubernetes/protocol'] },
  {
    path: 'src/kubernetes/components/*',
    mayImport: [SIM_DOOR, 'src/kubernetes/api', 'src/kubernetes/protocol', 'src/kubernetes/client'],
  },
  {
    path: 'src/kubernetes/cluster',
    mayImport: [
      SIM_DOOR,
      'src/kubernetes/api',
      'src/kubernetes/protocol',
      'src/kubernetes/client',
      'src/kubernetes/components',
    ],
  },
  { path: 'src/kubernetes/index.ts', mayImport: [SIM_DOOR, 'src/kubernetes'] },

  { path: 'src/lab', mayImport: [SIM_DOOR, 'src/kubernetes'] },
  { path: 'src/cli', mayImport: [SIM_DOOR, 'src/kubernetes', 'src/lab'] },
  { path: 'src/index.ts', mayImport: [SIM_DOOR, 'src/kubernetes', 'src/lab'] },

  { path: 'examples/*', mayImport: DOORS, libraries: TEST_LIBRARIES },
  { path: 'scenarios/*', mayImport: DOORS, libraries: TEST_LIBRARIES },
  // esbuild makes one file of a property's worlds, for other versions of Node.js to run.
  { path: 'properties', mayImport: DOORS, libraries: [...TEST_LIBRARIES, 'esbuild'] },
  { path: 'bench', mayImport: DOORS },
];

/** The folders whose imports the table governs. */
const GOVERNED = ['src', 'examples', 'scenarios', 'properties', 'bench'];

export const layersHold: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [file, source] of tree) {
    if (!GOVERNED.some((folder) => contains(folder, file))) continue;
    const layer = layerOf(file.replace(/\.test\.ts$/, '.ts'));
    if (layer === undefined) {
      violations.push({ file, line: 1, message: 'belongs to no layer: give its folder a row in the layer table' });
      continue;
    }
    const allowed = [layer.path, ...layer.mayImport, ...(isTest(file) ? ['test'] : [])];
    for (const { specifier, line } of importsOf(source)) {
      const target = targetOf(file, specifier);
      const refuse = (reason: string) =>
        violations.push({ file, line, message: `imports '${specifier}', but ${layer.path} ${reason}` });
      if (target.kind === 'file' && !allowed.some((path) => contains(path, target.path))) {
        const others = layer.mayImport.length === 0 ? '' : ` and ${layer.mayImport.join(', ')}`;
        refuse(`may import only itself${others}`);
      }
      if (target.kind === 'library' && layer.libraries?.includes(target.name) === false) {
        refuse(`may use only the libraries ${layer.libraries.join(', ')}`);
      }
    }
  }
  return violations;
};

/** The layer of a file, with the `*` of its path replaced by the folder that the file is in. */
function layerOf(file: string): Layer | undefined {
  let found: Layer | undefined;
  for (const layer of LAYERS) {
    const path = layer.path.endsWith('/*') ? expand(layer.path.slice(0, -2), file) : layer.path;
    if (path !== undefined && contains(path, file) && path.length > (found?.path.length ?? 0)) {
      found = { ...layer, path };
    }
  }
  return found;
}

function expand(folder: string, file: string): string | undefined {
  return contains(folder, file) ? `${folder}/${file.slice(folder.length + 1).split('/')[0]}` : undefined;
}

function contains(path: string, file: string): boolean {
  return file === path || file.startsWith(`${path}/`);
}
