// `npm run docs:errors` and `npm run docs:settings`: write docs/<name>.md from the built service's tables.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const name = process.argv[2];
const documents = {
  errors: async () => (await import(join(root, 'dist', 'platform', 'errors', 'errors-document.js'))).errorsDocument(),
  settings: async () => (await import(join(root, 'dist', 'config', 'settings-document.js'))).settingsDocument(),
};
writeFileSync(join(root, 'docs', `${name}.md`), await documents[name]());
