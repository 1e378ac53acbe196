import { z } from 'zod';
import type { IssuedToStation } from '../access/station-certificates.js';
import { named, Time } from '../platform/http/api-responses.js';
import { fingerprint } from '../x509/certificate.js';
import { toPem } from '../x509/pem.js';
import { AssignedWorkAnswer } from './station.schema.js';

/** Minutes. A week at most: a code is a secret that somebody carries about. */
const MOST_MINUTES = 7 * 24 * 60;

export const CreateEnrolment = named('CreateEnrolment', z.object({ expiresInMinutes: z.int().min(1).max(MOST_MINUTES).default(60) }).strict(), { expiresInMinutes: 60 });
export type CreateEnrolment = z.infer<typeof CreateEnrolment>;

export const MadeEnrolment = named('MadeEnrolment', z.strictObject({ id: z.string(), station: z.string(), code: z.string(), expiresAt: Time }), {
  id: '0123456789ab', station: 'station-1', code: '7K3M-Q2XR-90TB-4WZE-H5CD', expiresAt: '2026-11-26T09:00:00.000Z',
});

const Csr = z.string().min(1).max(16_384);

export const Enrol = named('Enrol', z.object({ code: z.string().min(1).max(64), csr: Csr }).strict(), { code: '7K3M-Q2XR-90TB-4WZE-H5CD', csr: '-----BEGIN CERTIFICATE REQUEST-----\n…\n-----END CERTIFICATE REQUEST-----\n' });
export type Enrol = z.infer<typeof Enrol>;

export const RenewStation = named('RenewStation', z.object({ csr: Csr }).strict(), { csr: '-----BEGIN CERTIFICATE REQUEST-----\n…\n-----END CERTIFICATE REQUEST-----\n' });
export type RenewStation = z.infer<typeof RenewStation>;

export const StationCertificate = named(
  'StationCertificate',
  z.strictObject({ station: z.string(), serialNumber: z.string(), fingerprint: z.string(), certificate: z.string(), chain: z.string(), notBefore: Time, notAfter: Time, renewAfter: Time }),
  {
    station: 'station-1', serialNumber: '5d2f…', fingerprint: '3f7a…', certificate: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n', chain: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
    notBefore: '2026-11-26T07:00:00.000Z', notAfter: '2027-02-24T08:00:00.000Z', renewAfter: '2027-01-25T07:40:00.000Z',
  },
);

/** `chain`: the station authority that has signed it. */
export function shownCertificate({ certificate, authority, ...rest }: IssuedToStation) {
  return { ...rest, fingerprint: fingerprint(certificate), certificate: toPem('CERTIFICATE', certificate), chain: toPem('CERTIFICATE', authority) };
}

export const Reason = named('StationReason', z.object({ reason: z.string().trim().min(1).max(500) }).strict(), { reason: 'stolen from hall 3' });
export type Reason = z.infer<typeof Reason>;

export const EnableStation = named('EnableStation', z.object({ reason: z.string().trim().min(1).max(500).optional() }).strict(), { reason: 'it was found' });
export type EnableStation = z.infer<typeof EnableStation>;

export const ChangeAccess = named('ChangeStationAccess', z.object({ requireCertificate: z.boolean(), requireSession: z.boolean() }).partial().strict().refine((changes) => Object.keys(changes).length > 0, 'needs something to change'), { requireCertificate: true, requireSession: true });
export type ChangeAccess = z.infer<typeof ChangeAccess>;

export const StationAccessAnswer = named(
  'StationAccess',
  z.strictObject({
    station: z.string(),
    inService: z.boolean(),
    disabledAt: Time.nullable(),
    disabledBy: z.string().nullable(),
    disabledReason: z.string().nullable(),
    requireCertificate: z.boolean(),
    requireSession: z.boolean(),
    session: z.strictObject({ id: z.string(), live: z.boolean(), address: z.string(), software: z.string(), version: z.string(), installation: z.string().nullable(), fixture: z.string().nullable(), since: Time, seenAt: Time, clockAheadMs: z.int() }).nullable(),
    certificates: z.array(z.strictObject({ serialNumber: z.string(), fingerprint: z.string(), notBefore: Time, notAfter: Time, enrolledBy: z.string(), issuedAt: Time })),
    enrolments: z.array(z.strictObject({ id: z.string(), createdBy: z.string(), createdAt: Time, expiresAt: Time })),
    assignedWork: AssignedWorkAnswer,
  }),
  {
    station: 'station-1', inService: true, disabledAt: null, disabledBy: null, disabledReason: null, requireCertificate: true, requireSession: true,
    session: { id: '2c1f6a3e-8a55-4a0c-9d3b-5f0f6f3f7a11', live: true, address: '10.0.7.4', software: 'lineside-agent', version: '1.0.0', installation: '5f2d0c7e', fixture: 'bed 4', since: '2026-11-26T08:00:00.000Z', seenAt: '2026-11-26T08:10:00.000Z', clockAheadMs: 120 },
    certificates: [{ serialNumber: '5d2f…', fingerprint: '3f7a…', notBefore: '2026-11-26T07:00:00.000Z', notAfter: '2027-02-24T08:00:00.000Z', enrolledBy: 'key:ba9876543210', issuedAt: '2026-11-26T08:00:00.000Z' }],
    enrolments: [], assignedWork: [{ queue: 'station-station-1', jobs: 3 }],
  },
);
