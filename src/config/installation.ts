import { fileURLToPath } from 'node:url';

/** The folder of package.json, two levels above this file in src and in dist. Relative paths in settings start here, whatever the working directory. */
export const INSTALLATION = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** Major version of the oldest Node that the programs run on; `engines` in package.json says the same. The set-up itself runs on Node 20.19. */
export const LEAST_NODE = 24;

/** Exit code of a program that was set up wrongly (sysexits.h). */
export const EX_CONFIG = 78;
