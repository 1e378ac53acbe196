// `npm run dev`, for people who work on the service: everything as `npm start` starts it, and after each change under src
// the service alone starts again, with the new code.
import '../config/supported-node.js';
import { runWithSettings } from '../config/settings.js';
import { CodeChanges } from './code-changes.js';
import { start } from './start.js';

const say = (text: string) => process.stdout.write(`${text}\n`);
const since = performance.timeOrigin;

await runWithSettings(() => start({
  standsBy: true,
  whenReady: (launcher, checkout) => {
    new CodeChanges({ checkout, since, replaceService: () => launcher.replaceService(), say });
    say('\nChanges under src restart the service.');
  },
}));
