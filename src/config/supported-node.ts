// Imported first by every program, and by nothing else: an older Node stops here, before it touches anything that a newer one has made.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EX_CONFIG, INSTALLATION, LEAST_NODE } from './installation.js';

if (Number(process.versions.node.split('.')[0]) < LEAST_NODE) {
  const [, program = '', ...words] = process.argv;
  const own = join(INSTALLATION, 'node_modules', '.bin', 'node');
  const command = basename(program) === 'cli.js' && words[0] === 'start' ? 'npm start' : [own, program, ...words].join(' ');
  const remedy = existsSync(own) ? `Run it with the one that Lineside brings: ${command}` : `Install Node ${LEAST_NODE} and run the same command again.`;
  process.stderr.write(`\nLineside needs Node ${LEAST_NODE} or later, and this is Node ${process.versions.node}.\n${remedy}\n`);
  process.exit(EX_CONFIG);
}
