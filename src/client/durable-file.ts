import { readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Nobody takes so long to write a file, in milliseconds. */
const LONG_AGO_MS = 3_600_000;

/** Writes a file of the folder whole or not at all, also when the power goes; this user's alone. `write` may answer the name that its content gives it. */
export async function writeDurably(folder: string, name: string, write: (file: FileHandle) => Promise<string | void>): Promise<void> {
  const temporary = join(folder, `${name}.new`);
  const file = await open(temporary, 'w', 0o600);
  let named: string | void;
  try {
    named = await write(file);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, named ?? name));
  // Windows opens no folder.
  const directory = process.platform === 'win32' ? undefined : await open(folder, 'r');
  await directory?.sync();
  await directory?.close();
}

/** The name under which this process writes a file that has yet to get its own. */
export const draftOf = (name: string) => `${process.pid}-${name}`;

/** Removes drafts that processes which are gone have left in the folder. */
export function removeOldDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^(\d+)-.*\.new$/.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(pid)) continue;
    const file = join(folder, name);
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    if (!isRunning(pid) || mtimeMs < Date.now() - LONG_AGO_MS) rmSync(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
