import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../platform/http/roles.js';
import { LateReportAnswer } from '../programming/result.schema.js';
import { Serial } from '../work-orders/serial.js';
import { UnitsQueries } from './units.queries.js';
import { z } from 'zod';
import { Json, named, Time } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';

const Job = z.strictObject({
  id: z.string(), step: z.string(), stepNumber: z.int(), state: z.string(), attempt: z.int(), fails: z.int().meta({ description: 'Attempts that ended with FAIL' }), follows: z.string().nullable().meta({ description: 'The job before: of the step before, or of which a rework or the end of a quarantine made this one' }), line: z.string(), station: z.string().nullable(), slot: z.string().nullable(), phase: z.string().nullable(), progress: z.number().nullable(),
  assignedTo: z.string().nullable().meta({ description: 'The station, or the slot (`station/slot`), that alone gets it' }), first: z.boolean().meta({ description: 'It is handed out before all others of its queue and step' }),
});
const Certificate = z.strictObject({ fingerprint: z.string().nullable(), serialNumber: z.string(), state: z.string(),
  standing: z.enum(['current', 'successor', 'former']).nullable().meta({ description: 'current: the unit’s one certificate; successor: it is to take the place of that in the field; former: another one has taken its place, or it is revoked. Null of one that was given up before it was signed' }),
  authority: z.string().nullable(), notAfter: Time });
const Attempt = z.strictObject({
  job: z.string(), step: z.string(), number: z.int(), station: z.string(), slot: z.string(), fence: z.int(), startedAt: Time, endedAt: Time.nullable(), outcome: z.string().nullable(), failureCode: z.string().nullable(),
  failure: z.strictObject({ known: z.boolean(), meaning: z.string().nullable(), action: z.string().nullable() }).nullable().meta({ description: 'What the product’s catalogue says of failureCode at present; known: false for a code that is not in it. Null: no code, or no catalogue' }),
});
const Target = z.strictObject({
  target: z.string(), certificateId: z.string().nullable(), desired: z.string(), state: z.string(), detail: z.string().nullable(), observedAt: Time.nullable(),
});
/** A leaf of the log. */
const Change = z.strictObject({ at: Time, actor: z.string(), event: z.string(), data: z.record(z.string(), Json) });
const Unit = named('Unit', z.strictObject({
  serial: z.string(), state: z.enum(UNIT_STATES), workOrder: z.string(), updatedAt: Time, job: Job.nullable(), certificates: z.array(Certificate), attempts: z.array(Attempt), targets: z.array(Target),
  lateReports: z.array(LateReportAnswer).meta({ description: 'The first 20; all of them: GET /v1/units/{serial}/late-reports' }),
  history: z.array(Change),
}), {
  serial: 'LS-000042', state: 'certified', workOrder: 'wo-1', updatedAt: '2026-11-26T08:00:00.000Z',
  job: { id: 'job-42', step: 'provision', stepNumber: 1, state: 'leased', attempt: 1, fails: 0, follows: null, line: 'line-1', station: 'station-1', slot: '1', phase: 'flash', progress: 0.4, assignedTo: null, first: false },
  certificates: [{ fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', serialNumber: '4f6c2d1b8a907e3355aa10c2d4e6f80912345678', state: 'valid', standing: 'current', authority: 'lineside-g1', notAfter: '2036-11-26T08:00:00.000Z' }],
  attempts: [{ job: 'job-42', step: 'provision', number: 1, station: 'station-1', slot: '1', fence: 7, startedAt: '2026-11-26T08:00:00.000Z', endedAt: null, outcome: null, failureCode: null, failure: null }],
  targets: [{ target: 'eu', certificateId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', desired: 'ACTIVE', state: 'pending', detail: null, observedAt: null }],
  lateReports: [],
  history: [{ at: '2026-11-26T08:00:00.000Z', actor: 'key:3f2a9c1b7d54', event: 'job.claimed', data: { job: 42, serial: 'LS-000042', station: 'station-1', slot: '1', fence: 7, attempt: 1 } }],
});

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/units')
export class UnitsController {
  constructor(private readonly units: UnitsQueries) {}

  @Get(':serial')
  @Operation({
    summary: 'Look up a unit',
    description: 'Its state, its newest job, its certificates, its attempts, what stations reported of it too late, and what each target knows of it.',
    answers: { 200: Unit },
    refusals: ['serial-unknown'],
  })
  get(@Param('serial', { schema: Serial }) serial: string) {
    return this.units.get(serial);
  }
}
