import { z } from 'zod';
import { subjectAlternativeNameExtension, type SubjectAlternativeNames } from '../x509/extensions.js';
import { encodeName, type NameAttribute } from '../x509/name.js';
import type { KeyType } from '../x509/public-key.js';
import { NEVER_EXPIRES } from '../x509/time.js';
import { X509Error } from '../x509/x509.errors.js';

const DAY_MS = 86_400_000;

/** Text of a profile in which `{serial}` and the like stand for what the unit has. */
const filledWith = (...known: string[]) =>
  z
    .string()
    .min(1)
    .max(1_024)
    .superRefine((text, context) => {
      const braces = known.reduce((rest, name) => rest.replaceAll(`{${name}}`, ''), text).match(/\{[^{}]*\}?|\}/);
      if (braces) context.addIssue({ code: 'custom', message: `${braces[0]} is no placeholder; there is ${known.map((name) => `{${name}}`).join(', ')}` });
    });

/** What a device certificate may be used for, among what fits an end entity. */
const named = <const Names extends readonly [string, ...string[]]>(names: Names, what: string) =>
  z
    .array(z.enum(names, { error: ({ input }) => `${String(input)} is not for a device's certificate; ${what} are ${names.join(', ')}` }))
    .refine((list) => new Set(list).size === list.length, 'names something twice');

const SubjectAttribute = z.strictObject({
  type: z.enum(['C', 'ST', 'L', 'O', 'OU', 'CN', 'serialNumber', 'dnQualifier']),
  value: filledWith('serial', 'order', 'product'),
});

const Validity = z
  .strictObject({
    years: z.number().int().min(1).max(50).optional(),
    days: z.number().int().min(1).max(18_262).optional(),
    /** The same end for all units, such as that of a warranty. */
    until: z.iso.datetime({ precision: 0, error: 'is no time such as 2040-12-31T23:59:59Z' }).transform((text) => new Date(text)).optional(),
    /** 99991231235959Z (RFC 5280 section 4.1.2.5), which IEEE 802.1AR asks of an IDevID. */
    noExpiry: z.literal(true, { error: 'is true or left out' }).optional(),
    /** When it would end after its authority: `cut` ends it there, `refuse` issues nothing, `allow` (noExpiry only) leaves it. */
    beyondAuthority: z.enum(['cut', 'refuse', 'allow']).default('cut'),
  })
  .superRefine(({ years, days, until, noExpiry, beyondAuthority }, context) => {
    const told = [years, days, until, noExpiry].filter((end) => end !== undefined);
    if (told.length !== 1) context.addIssue({ code: 'custom', message: 'names exactly one of years, days, until and noExpiry' });
    if (until && until >= NEVER_EXPIRES) context.addIssue({ code: 'custom', path: ['until'], message: 'is the date that means no expiry; say "noExpiry": true' });
    if (beyondAuthority === 'allow' && noExpiry === undefined) context.addIssue({ code: 'custom', path: ['beyondAuthority'], message: 'may be allow with noExpiry only' });
  });

const Oid = z.string().regex(/^(?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9][0-9]{0,8}))(?:\.(?:0|[1-9][0-9]{0,38})){1,30}$/, 'is no object identifier such as 1.3.6.1.4.1.55555.1');

/** What a device certificate looks like. Reviewed files in `hsm-config/profiles`; the CSR has no say in any of it. */
export const Profile = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]{1,32}$/, 'is made of small letters, digits and hyphens, at most 32'),
    /** For the people who review it. */
    description: z.string().max(1_000).optional(),
    subject: z.array(SubjectAttribute).min(1).max(8),
    validity: Validity,
    /** Devices wake up with wrong clocks: notBefore lies this far in the past. */
    backdateMinutes: z.number().int().min(0).max(7 * 24 * 60),
    keyUsage: named(['digitalSignature', 'keyEncipherment', 'keyAgreement'], 'usages').min(1),
    extendedKeyUsage: named(['clientAuth', 'serverAuth'], 'purposes').default([]),
    subjectAltName: z
      .strictObject({ dns: z.array(filledWith('serial', 'order', 'product')).max(8).default([]), uri: z.array(filledWith('serial', 'order', 'product')).max(8).default([]) })
      .default({ dns: [], uri: [] }),
    certificatePolicies: z.array(Oid).max(8).refine((list) => new Set(list).size === list.length, 'names a policy twice').default([]),
    /** Where the CRL of the certificate's authority is; `{authority}` stands for its id. */
    crlDistributionPoint: filledWith('authority').regex(/^https?:\/\/[^\s]+$/, 'is no http or https URL').optional(),
    publicKeys: z.array(z.enum(['P-256', 'P-384', 'RSA'])).min(1).refine((list) => new Set(list).size === list.length, 'names a type twice'),
    rsaLeastBits: z.number().int().min(2_048).max(8_192).optional(),
    /** The service may make the keys of devices that can't (see hsm-config/profiles/README.md). */
    serviceKeys: z.boolean().default(false),
  })
  .superRefine((profile, context) => {
    for (const { path, message } of faultsOf(profile)) context.addIssue({ code: 'custom', path, message });
  });
export type Profile = z.infer<typeof Profile>;

export interface SubjectFields {
  serial: string;
  order: string;
  product: string;
}

/** The longest that the service takes of each; a DNS label holds one character less than a serial. */
const LONGEST: SubjectFields = { serial: 'S'.repeat(64), order: 'o'.repeat(63), product: 'p'.repeat(64) };
const LONGEST_IN_DNS: SubjectFields = { serial: 's'.repeat(63), order: 'o'.repeat(63), product: 'p'.repeat(63) };

const fill = (text: string, fields: SubjectFields) => text.replaceAll(/\{(serial|order|product)\}/g, (_, field: keyof SubjectFields) => fields[field]);

export function fillSubject(profile: Pick<Profile, 'subject'>, fields: SubjectFields): NameAttribute[] {
  return profile.subject.map(({ type, value }) => ({ type, value: fill(value, fields) }));
}

/** In URIs, what is not allowed there is percent-encoded (RFC 3986 section 2.1). */
export function fillAlternativeNames({ subjectAltName: { dns, uri } }: Pick<Profile, 'subjectAltName'>, fields: SubjectFields): Required<Pick<SubjectAlternativeNames, 'dns' | 'uri'>> {
  const encode = (text: string) => encodeURIComponent(text.toWellFormed()).replaceAll('%3A', ':');
  const encoded = { serial: encode(fields.serial), order: encode(fields.order), product: encode(fields.product) };
  return { dns: dns.map((name) => fill(name, fields)), uri: uri.map((name) => fill(name, encoded)) };
}

/** Why the profile's names can't be made of these fields, if they can't. */
export function complaintAboutNames(profile: Pick<Profile, 'subject' | 'subjectAltName'>, fields: SubjectFields): string | undefined {
  return refusalOf(() => {
    encodeName(fillSubject(profile, fields));
    subjectAlternativeNameExtension(fillAlternativeNames(profile, fields));
  });
}

/** When a certificate that is made now would end, before its authority has a say. */
export function wantedEnd({ validity: { years, days, until, noExpiry } }: Pick<Profile, 'validity'>, now: Date): Date {
  if (noExpiry) return NEVER_EXPIRES;
  if (until) return until;
  if (days !== undefined) return new Date(+now + days * DAY_MS);
  const end = new Date(now);
  end.setUTCFullYear(now.getUTCFullYear() + (years ?? 0));
  return end;
}

export function allowsKey(profile: Profile, keyType: KeyType): boolean {
  if (!keyType.startsWith('RSA-')) return profile.publicKeys.some((allowed) => allowed === keyType);
  return profile.publicKeys.includes('RSA') && Number(keyType.slice('RSA-'.length)) >= (profile.rsaLeastBits ?? 2_048);
}

interface Fault {
  path: (string | number)[];
  message: string;
}

type Checked = Pick<Profile, 'subject' | 'subjectAltName' | 'keyUsage' | 'publicKeys' | 'rsaLeastBits'>;

/** What is wrong with it as a whole, though each field by itself is fine. */
function faultsOf(profile: Checked): Fault[] {
  const faults: Fault[] = [];
  const commonNames = profile.subject.filter(({ type }) => type === 'CN');
  if (commonNames.length !== 1 || commonNames[0]?.value !== '{serial}') {
    faults.push({ path: ['subject'], message: 'has CN={serial} once and no other CN: AWS IoT templates name the Thing by it' });
  }
  fillSubject(profile, LONGEST).forEach((attribute, index) => {
    const message = refusalOf(() => encodeName([attribute]));
    if (message !== undefined) faults.push({ path: ['subject', index, 'value'], message: `does not hold the longest serial, order or product: ${message}` });
  });
  const { dns } = fillAlternativeNames(profile, LONGEST_IN_DNS);
  const { uri } = fillAlternativeNames(profile, LONGEST);
  for (const [kind, names] of [['dns', dns], ['uri', uri]] as const) {
    names.forEach((name, index) => {
      const message = name.includes('*') ? 'A device is not a whole domain.' : refusalOf(() => subjectAlternativeNameExtension({ [kind]: [name] }));
      if (message !== undefined) faults.push({ path: ['subjectAltName', kind, index], message: `can't be used: ${message}` });
    });
  }
  const takesCurves = profile.publicKeys.some((type) => type !== 'RSA');
  const takesRsa = profile.publicKeys.includes('RSA');
  if (takesCurves && profile.keyUsage.includes('keyEncipherment')) faults.push({ path: ['keyUsage'], message: 'keyEncipherment is for RSA keys only (RFC 8813 section 3)' });
  if (takesRsa && profile.keyUsage.includes('keyAgreement')) faults.push({ path: ['keyUsage'], message: 'keyAgreement is for P-256 and P-384 keys only (RFC 3279 section 2.3.1)' });
  if (!takesRsa && profile.rsaLeastBits !== undefined) faults.push({ path: ['rsaLeastBits'], message: 'is there, but publicKeys does not name RSA' });
  return faults;
}

function refusalOf(encode: () => unknown): string | undefined {
  try {
    encode();
    return undefined;
  } catch (error) {
    if (error instanceof X509Error) return error.message;
    throw error;
  }
}
