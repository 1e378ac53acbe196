import { z } from 'zod';
import { Json, named, Time } from '../platform/http/api-responses.js';
import { escapeUnkeepable } from '../platform/http/ledger-text.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';
import { Fence, Job, JobId } from './job.schema.js';
import { MOST_RECORD_BYTES, testRecord } from './test-record.js';

/** Body of a result in octets: white space and escapes may make a record twice as long as it is kept. */
export const MOST_RESULT_BYTES = 2 * MOST_RECORD_BYTES;

/** OpenHTF's five; ERROR, TIMEOUT and ABORTED say nothing about the unit, and it may try again. */
const Outcome = z.enum(['PASS', 'FAIL', 'ERROR', 'TIMEOUT', 'ABORTED']);

/** Evidence: a result must never be refused for a character that came out of a device. */
const EvidenceText = (most: number) => z.string().max(most).transform(escapeUnkeepable);

/** As the station's own clock has it. Kept as it was written and compared with nothing: that clock may be wrong by years. */
const StationTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/, 'a time such as 2026-11-26T08:00:00.5+01:00 (RFC 3339)')
  .meta({ format: 'date-time' });

/** Hex, in either case. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits')
  .transform((hex) => hex.toLowerCase())
  .meta({ id: 'Sha256', example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' });

const MediaType = z.string().max(127).regex(/^[!-~]+\/[!-~]+( ?;[ -~]*)?$/, 'a media type such as image/png');
const Attachments = z.array(z.object({ name: EvidenceText(200), sha256: Sha256, mediaType: MediaType }).strict()).max(32);

/** Any JSON object. Its text is kept, which the ledger can hold whatever is in it. */
const Record = z
  .record(z.string(), z.unknown())
  .transform(testRecord)
  .refine(({ bytes }) => bytes <= MOST_RECORD_BYTES, { message: `at most ${MOST_RECORD_BYTES} bytes as JSON without white space` });

export const Result = named('Result', z
  .object({
    fence: Fence,
    outcome: Outcome,
    failureCode: EvidenceText(64).optional(),
    failureDetail: EvidenceText(1_000).optional(),
    record: Record.optional(),
    startedAt: StationTime.optional(),
    endedAt: StationTime.optional(),
    /** Files by the SHA-256 of what is in them: PUT /v1/attachments/{sha256} uploads each, before or after. */
    attachments: Attachments.optional(),
  })
  .strict(), { fence: 7, outcome: 'FAIL', failureCode: 'current-too-high', failureDetail: '812 mA at 3.3 V, at most 400 mA', record: { milliamperes: 812 }, startedAt: '2026-11-26T08:59:12.5+01:00', endedAt: '2026-11-26T09:00:00+01:00', attachments: [{ name: 'scope.png', sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', mediaType: 'image/png' }] });
export type Result = z.infer<typeof Result>;

/** One line of a batch. */
export const ResultLine = Result.extend({ job: JobId });
export type ResultLine = z.infer<typeof ResultLine>;

export const EndedAnswer = named(
  'Ended',
  z.strictObject({ job: Job, unit: z.strictObject({ serial: z.string(), state: z.enum(UNIT_STATES) }), attempt: z.int() }),
  { job: { id: 'job-42', state: 'passed' }, unit: { serial: 'LS-000042', state: 'passed' }, attempt: 1 },
);

const RecordMark = z.strictObject({ sha256: z.string(), bytes: z.int() }).nullable().meta({ description: 'Hash and length of its test record, which is read apart' });
const EXAMPLE_MARK = { sha256: '5f2c7b0a1e9d4c3b8a7f6e5d4c3b2a190807f6e5d4c3b2a1908f7e6d5c4b3a29', bytes: 20 };

const NAMED = z.array(z.strictObject({ name: z.string(), sha256: z.string(), mediaType: z.string(), bytes: z.int().nullable().meta({ description: 'null: it is missing, as it has not been uploaded yet' }) }));
const EXAMPLE_NAMED = [{ name: 'scope.png', sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', mediaType: 'image/png', bytes: 4 }];

/** An attempt with what its station told of it. `startedAt` and `endedAt` are the service's times. */
export const AttemptAnswer = named('Attempt', z.strictObject({
  job: z.string(), number: z.int(), station: z.string(), slot: z.string(), fence: z.int(), startedAt: Time, endedAt: Time.nullable(), outcome: z.string().nullable(), failureCode: z.string().nullable(),
  failureDetail: z.string().nullable(), stationStartedAt: Time.nullable(), stationEndedAt: Time.nullable(), record: RecordMark, attachments: NAMED,
}), {
  job: 'job-42', number: 1, station: 'station-1', slot: '1', fence: 7, startedAt: '2026-11-26T07:59:11.000Z', endedAt: '2026-11-26T08:00:01.000Z', outcome: 'FAIL', failureCode: 'current-too-high',
  failureDetail: '812 mA at 3.3 V, at most 400 mA', stationStartedAt: '2026-11-26T08:59:12.5+01:00', stationEndedAt: '2026-11-26T09:00:00+01:00', record: EXAMPLE_MARK, attachments: EXAMPLE_NAMED,
});

/** `kind`: what came late: a heartbeat, a request for a certificate, or a result. `refused`: code by which a result was refused that came in time. */
export const LateReportAnswer = named('LateReport', z.strictObject({
  id: z.int(), job: z.string(), station: z.string().nullable(), slot: z.string().nullable(), fence: z.int(), at: Time, actor: z.string(), kind: z.string(), refused: z.string().nullable(),
  outcome: z.string().nullable(), failureCode: z.string().nullable(), failureDetail: z.string().nullable(), stationStartedAt: Time.nullable(), stationEndedAt: Time.nullable(), record: RecordMark, attachments: NAMED,
}), {
  id: 3, job: 'job-42', station: 'station-1', slot: '1', fence: 7, at: '2026-11-26T08:10:00.000Z', actor: 'key:3f2a9c1b7d54', kind: 'result', refused: null,
  outcome: 'PASS', failureCode: null, failureDetail: null, stationStartedAt: null, stationEndedAt: '2026-11-26T09:00:00+01:00', record: EXAMPLE_MARK, attachments: EXAMPLE_NAMED,
});

export const RecordAnswer = named('TestRecord', z.record(z.string(), Json), { milliamperes: 812 });
