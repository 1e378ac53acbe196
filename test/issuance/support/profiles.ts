import { createHash } from 'node:crypto';
import { Drafter } from '../../../src/issuance/certificate-draft.js';
import type { DeviceKey } from '../../../src/issuance/device-key.js';
import { Profile } from '../../../src/issuance/profile.js';
import { importPublicKey, type KeyType } from '../../../src/x509/public-key.js';
import { signatureAlgorithmFor } from '../../../src/x509/signature-algorithm.js';
import { seal, testAuthority, type TestAuthority, testKey } from '../../x509/test-keys.js';

/** A good profile as its file has it, to be bent by `fields`. */
export function profileText(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'bent',
    subject: [{ type: 'CN', value: '{serial}' }],
    validity: { years: 10 },
    backdateMinutes: 60,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    publicKeys: ['P-256'],
    ...fields,
  };
}

export function profileOf(fields: Record<string, unknown> = {}): Profile {
  return Profile.parse(profileText(fields));
}

export function testDeviceKey(keyType: KeyType): DeviceKey {
  const { spki } = testKey(keyType);
  return { spki, keyType, spkiSha256: createHash('sha256').update(spki).digest() };
}

export const UNIT = { serial: 'LINE1-000042', order: 'wo-7', product: 'sensor' };

export function drafterFor(profile: Profile, { certificate }: TestAuthority = testAuthority('P-256'), authorityId = 'example-g1'): Drafter {
  return new Drafter(profile, { certificate, algorithm: signatureAlgorithmFor(certificate.keyType), publicKey: importPublicKey(certificate.spki) }, authorityId);
}

/** The certificate (DER) that the profile makes for a unit at this moment, as the service would issue it. */
export function issuedBy(profile: Profile, options: { authority?: TestAuthority; keyType?: KeyType; fields?: typeof UNIT; now?: Date } = {}): Buffer {
  const authority = options.authority ?? testAuthority('P-256');
  const draft = drafterFor(profile, authority).draft(options.fields ?? UNIT, testDeviceKey(options.keyType ?? 'P-256'), options.now ?? new Date('2027-01-01T12:00:00Z'));
  return seal(draft.tbs, authority.key);
}
