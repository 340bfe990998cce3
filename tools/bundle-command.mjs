// Makes one file of the built command line, in place. Node.js needs three milliseconds to find, read and compile each module,
// and there are some four hundred: as one file the command starts in a third of the time.
//
// What stays outside: nact, whose sources are loaded as text (src/sim/kernel/nact-host.ts), msgpackr, which looks for its
// optional accelerator, and the package itself, which modules that the command loads import by its name.
import { build } from 'esbuild';

const file = 'dist/src/cli/main.js';
await build({
  entryPoints: [file],
  outfile: file,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['nact', 'msgpackr', 'wavetank'],
  // Some libraries are CommonJS and ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);",
  },
  logLevel: 'warning',
});
