import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SettingsRefused } from '../config/settings.js';
import { Profile } from './profile.js';

/** A file of the folder: its profile, or the sentence that says what is wrong with it. */
export type ProfileFile = { file: string; profile: Profile } | { file: string; refusal: string };

/** All profiles of a folder by name. Throws one error that names each bad file, the field and the reason. */
export async function loadProfiles(folder: string): Promise<ReadonlyMap<string, Profile>> {
  const files = await readProfiles(folder);
  const refusals = files.flatMap((file) => ('refusal' in file ? [file.refusal] : []));
  if (refusals.length > 0) throw new SettingsRefused(refusals);
  return new Map(files.flatMap((file) => ('profile' in file ? [[file.profile.name, file.profile] as const] : [])));
}

/** Throws only where the folder itself can't be read or has no profile in it. */
export async function readProfiles(folder: string): Promise<ProfileFile[]> {
  const entries = await readdir(folder).catch(() => {
    throw new SettingsRefused([`The folder of profiles ${folder} can't be read`]);
  });
  const files = entries.filter((file) => file.endsWith('.json')).toSorted();
  if (files.length === 0) throw new SettingsRefused([`There is no profile in ${folder}`]);
  return Promise.all(files.map((file) => readProfile(folder, file)));
}

async function readProfile(folder: string, file: string): Promise<ProfileFile> {
  const refused = (reason: string) => ({ file, refusal: `The profile ${file} is not usable: ${reason}` });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(join(folder, file), 'utf8'));
  } catch (error) {
    return refused(`it is no JSON file: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = Profile.safeParse(content);
  if (!parsed.success) return refused(parsed.error.issues.map(toReason).join('; '));
  const { name } = parsed.data;
  if (`${name}.json` !== file) return refused(`name: it is ${name}, and the file must be called ${name}.json`);
  return { file, profile: parsed.data };
}

function toReason(issue: z.core.$ZodIssue): string {
  const field = z.core.toDotPath(issue.path);
  if (issue.code !== 'unrecognized_keys') return `${field === '' ? 'it' : field}: ${issue.message}`;
  return issue.keys.map((key) => `${field === '' ? key : `${field}.${key}`}: there is no such field`).join('; ');
}
