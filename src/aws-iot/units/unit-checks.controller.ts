import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RepeatsByNature } from '../../access/replays.js';
import { named, Time } from '../../platform/http/api-responses.js';
import { Operation } from '../../platform/http/operation.js';
import { Roles } from '../../platform/http/roles.js';
import { Serial } from '../../work-orders/serial.js';
import { UnitChecks } from './unit-checks.js';

const Checked = z.strictObject({
  target: z.string(), expected: z.enum(['ACTIVE', 'INACTIVE', 'REVOKED', 'NONE']).meta({ description: 'NONE of a unit that has no certificate yet' }), state: z.enum(['in-sync', 'pending', 'drifted', 'failed', 'removed']),
  registered: z.boolean().nullable().meta({ description: 'Certificate ACTIVE, Thing and policy attached; null when AWS did not say, or it is not expected' }),
  connected: z.boolean().nullable().meta({ description: 'Whether the device has ever connected; null when AWS does not say' }),
  problem: z.string().nullable().meta({ description: 'What stands against the unit there, or who else is on its Thing and may connect as the unit though the ledger does not know him' }),
  awsError: z.string().nullable().meta({ description: 'Why AWS did not say: its name of the error, or that of a network failure' }),
  inTheWay: z.strictObject({
    authority: z.string().nullable().meta({ description: 'Null when no authority of the order’s family issues' }),
    problem: z.string(), remedy: z.string(),
  }).nullable().meta({ description: 'What keeps devices with certificates of the unit’s authority out of the target, and what to do about it, as the order and doctor say it: the authority is not in place, INACTIVE or denied there, or something that the method needs differs. One that is registered there may get in all the same' }),
});

const UnitCheck = named('UnitCheck', z.strictObject({ serial: z.string(), checkedAt: Time, targets: z.array(Checked) }), {
  serial: 'LS-000042', checkedAt: '2026-11-26T08:00:00.000Z',
  targets: [{ target: 'eu', expected: 'ACTIVE', state: 'drifted', registered: false, connected: true, problem: 'In AWS the certificate has no policy attached', awsError: null, inTheWay: null }],
});

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer')
@Controller('v1/units')
export class UnitChecksController {
  constructor(private readonly checks: UnitChecks) {}

  @Post(':serial/check')
  @Operation({
    summary: 'Ask AWS about a unit now',
    description: 'Looks at the unit in each of its targets, within 10 s, and changes nothing there. What was seen is kept. `inTheWay` says what stands in the way of all units like it there, in what was last seen; what differed is looked at anew.',
    answers: { 200: UnitCheck },
    refusals: ['serial-unknown'],
  })
  @RepeatsByNature()
  @HttpCode(200)
  async check(@Param('serial', { schema: Serial }) serial: string) {
    const targets = await this.checks.checkNow(serial);
    return { serial, checkedAt: new Date(), targets };
  }
}
