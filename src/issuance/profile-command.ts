import { readFile } from 'node:fs/promises';
import { readCertificate } from '../x509/certificate.js';
import { fromPem } from '../x509/pem.js';
import type { Profile, SubjectFields } from './profile.js';
import { type ProfileFile, readProfiles } from './profile-folder.js';
import { previewProfile, type ProfilePreview } from './profile-preview.js';

export interface PreviewOptions extends SubjectFields {
  /** Folder of the profiles. */
  profiles: string;
  /** PEM file of the authority's certificate. */
  authority?: string;
  json?: boolean;
}

/** `lineside profile preview`: what a unit's certificate would look like. Exit code 1 when a rule speaks against it. */
export async function previewCommand(name: string, options: PreviewOptions): Promise<void> {
  await orSay(options.json === true, async () => {
    const found = (await readProfiles(options.profiles)).find(({ file }) => file === `${name}.json`);
    const preview = await previewed(usable(found, name), options);
    process.stdout.write(options.json ? `${JSON.stringify(preview, null, 2)}\n` : `${previewText(preview)}\n`);
    process.exitCode = preview.complaints.length > 0 ? 1 : 0;
  });
}

/** `lineside profile check`: the whole folder, as the start would judge it, with a certificate made from each. Exit code 1 on any fault. */
export async function checkCommand({ profiles, json }: { profiles: string; json?: boolean }): Promise<void> {
  await orSay(json === true, async () => {
    const findings = (await readProfiles(profiles)).map(toFinding);
    const ok = findings.every(({ complaints }) => complaints.length === 0);
    const text = findings.flatMap(({ file, complaints }) => (complaints.length === 0 ? [`  ✔ ${file}`] : complaints.map((complaint) => `  ✘ ${complaint}`)));
    process.stdout.write(json ? `${JSON.stringify({ ok, profiles: findings }, null, 2)}\n` : `${text.join('\n')}\n`);
    process.exitCode = ok ? 0 : 1;
  });
}

function toFinding(found: ProfileFile): { file: string; complaints: string[] } {
  if ('refusal' in found) return { file: found.file, complaints: [found.refusal] };
  const { complaints } = previewProfile(found.profile, { serial: 'PREVIEW-000001', order: 'preview', product: 'preview' }, { now: new Date() });
  return { file: found.file, complaints: complaints.map((complaint) => `The profile ${found.file} makes certificates that are refused: ${complaint}`) };
}

function usable(found: ProfileFile | undefined, name: string): Profile {
  if (!found) throw new Error(`There is no profile ${name}`);
  if ('refusal' in found) throw new Error(found.refusal);
  return found.profile;
}

async function previewed(profile: Profile, { serial, order, product, authority }: PreviewOptions): Promise<ProfilePreview> {
  const fields = { serial, order, product };
  const now = new Date();
  if (authority === undefined) return previewProfile(profile, fields, { now });
  return previewProfile(profile, fields, { now, authority: readCertificate(fromPem('CERTIFICATE', await readFile(authority, 'utf8'))) });
}

function previewText({ profile, text, bytes, complaints, notes }: ProfilePreview): string {
  return [
    `Profile ${profile}${bytes === undefined ? '' : `: a certificate of ${bytes} bytes (DER), here signed with a throw-away key`}`,
    ...(text === undefined ? [] : [text]),
    ...notes.map((note) => `Note: ${note}`),
    ...complaints.map((complaint) => `  ✘ ${complaint}`),
    complaints.length === 0 ? 'No rule speaks against it.' : 'The service would refuse it.',
  ].join('\n');
}

/** Whatever keeps the command from an answer becomes one sentence and exit code 1. */
async function orSay(json: boolean, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, message }, null, 2)}\n`);
    else process.stderr.write(`  ✘ ${message}\n`);
    process.exitCode = 1;
  }
}
