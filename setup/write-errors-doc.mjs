// `npm run docs:errors`: writes docs/errors.md from the built service's table of error codes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { errorsDocument } = await import(join(root, 'dist', 'platform', 'errors', 'errors-document.js'));
writeFileSync(join(root, 'docs', 'errors.md'), errorsDocument());
