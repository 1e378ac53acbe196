import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

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
