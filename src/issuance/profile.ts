import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeyType } from '../x509/public-key.js';

const SubjectAttribute = z
  .object({
    type: z.enum(['C', 'ST', 'L', 'O', 'OU', 'CN', 'serialNumber', 'dnQualifier']),
    /** `{serial}`, `{order}` and `{product}` stand for the unit's. */
    value: z.string().min(1).max(64).regex(/^(?:[^{}]|\{(?:serial|order|product)\})*$/, 'only {serial}, {order} and {product} can be filled in'),
  })
  .strict();

/** What a device certificate looks like. Reviewed files in `hsm-config/profiles`; the CSR has no say in any of it. */
export const Profile = z
  .object({
    name: z.string().regex(/^[a-z0-9-]{1,32}$/),
    subject: z.array(SubjectAttribute).min(1).max(8),
    validity: z.object({ years: z.number().int().min(1).max(50) }).strict(),
    /** Devices wake up with wrong clocks: notBefore lies this far in the past. */
    backdateMinutes: z.number().int().min(0).max(7 * 24 * 60),
    keyUsage: z.array(z.enum(['digitalSignature', 'keyEncipherment', 'keyAgreement'])).min(1),
    extendedKeyUsage: z.array(z.enum(['clientAuth', 'serverAuth'])).default([]),
    publicKeys: z.array(z.enum(['P-256', 'P-384', 'RSA'])).min(1),
  })
  .strict()
  .refine((profile) => profile.subject.some(({ type, value }) => type === 'CN' && value === '{serial}'), {
    message: 'the subject must have CN={serial}: AWS IoT templates name the Thing by it',
  });
export type Profile = z.infer<typeof Profile>;

export interface SubjectFields {
  serial: string;
  order: string;
  product: string;
}

export function fillSubject(profile: Profile, fields: SubjectFields) {
  return profile.subject.map(({ type, value }) => ({
    type,
    value: value.replaceAll(/\{(serial|order|product)\}/g, (_, field: keyof SubjectFields) => fields[field]),
  }));
}

export function allowsKey(profile: Profile, keyType: KeyType): boolean {
  return profile.publicKeys.some((allowed) => (allowed === 'RSA' ? keyType.startsWith('RSA-') : allowed === keyType));
}

/** All profiles of a folder by name. Throws one error that names the file and what is wrong in it. */
export async function loadProfiles(folder: string): Promise<ReadonlyMap<string, Profile>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  const profiles = await Promise.all(files.map((file) => readProfile(folder, file)));
  return new Map(profiles.map((profile) => [profile.name, profile]));
}

async function readProfile(folder: string, file: string): Promise<Profile> {
  try {
    const profile = Profile.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    if (`${profile.name}.json` !== file) throw new Error(`the profile in it is named ${profile.name}`);
    return profile;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error instanceof Error ? error.message : error);
    throw new Error(`The profile ${file} is not usable: ${reason}`, { cause: error });
  }
}
