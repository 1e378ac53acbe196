import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../platform/http/roles.js';
import { Serial } from '../work-orders/serial.js';
import { UnitsQueries } from './units.queries.js';
import { z } from 'zod';
import { Answers, Time } from '../platform/http/api-responses.js';
import { UNIT_STATES } from '../work-orders/unit-state.js';

const Job = z.strictObject({
  state: z.string(), attempt: z.int(), line: z.string(), station: z.string().nullable(), slot: z.string().nullable(), phase: z.string().nullable(), progress: z.number().nullable(),
});
const Certificate = z.strictObject({ fingerprint: z.string().nullable(), serialNumber: z.string(), state: z.string(), authority: z.string(), notAfter: Time });
const Attempt = z.strictObject({
  number: z.int(), station: z.string(), slot: z.string(), fence: z.int(), startedAt: Time, endedAt: Time.nullable(), outcome: z.string().nullable(), failureCode: z.string().nullable(),
});
const Target = z.strictObject({
  target: z.string(), certificateId: z.string().nullable(), desired: z.string(), state: z.string(), detail: z.string().nullable(), observedAt: Time.nullable(),
});
const Unit = z.strictObject({
  serial: z.string(), state: z.enum(UNIT_STATES), workOrder: z.string(), updatedAt: Time, job: Job.nullable(), certificates: z.array(Certificate), attempts: z.array(Attempt), targets: z.array(Target),
});

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/units')
export class UnitsController {
  constructor(private readonly units: UnitsQueries) {}

  @Get(':serial')
  @Answers({ 200: Unit })
  get(@Param('serial', { schema: Serial }) serial: string) {
    return this.units.get(serial);
  }
}
