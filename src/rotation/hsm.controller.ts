import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { StrayKeys } from '../certificate-authority/stray-keys.js';
import { Hsm } from '../hsm/hsm.js';
import { named } from '../platform/http/api-responses.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';

const HsmAnswer = named('Hsm', z.strictObject({
  token: z.strictObject({
    label: z.string(), manufacturer: z.string(), model: z.string(), serialNumber: z.string(), firmware: z.string(), production: z.boolean(), warning: z.string().optional(),
  }),
  signers: z.int(),
  circuit: z.enum(['closed', 'open', 'probing']),
  /** Keys on the token that no authority names: label and CKA_ID (hex). */
  strayKeys: z.array(z.strictObject({ label: z.string(), id: z.string() })),
}), {
  token: { label: 'lineside', manufacturer: 'SoftHSM project', model: 'SoftHSM v2', serialNumber: '0123456789abcdef', firmware: '2.6', production: false, warning: 'SoftHSM: NOT FOR PRODUCTION' },
  signers: 1, circuit: 'closed', strayKeys: [],
});

@ApiTags('hsm')
@ApiBearerAuth()
@Roles('officer', 'auditor', 'operator')
@Controller('v1/hsm')
export class HsmController {
  constructor(
    private readonly hsm: Hsm,
    private readonly strayKeys: StrayKeys,
  ) {}

  @Get()
  @Operation({
    summary: 'Look at the HSM',
    description: 'The token that holds the authorities’ keys, and the keys on it that no authority names. Nothing removes those: that is an officer’s act, with the HSM’s own tools.',
    answers: { 200: HsmAnswer },
    refusals: ['hsm-unavailable', 'hsm-pin-wrong', 'hsm-refused'],
  })
  async get() {
    const { signers, circuit } = this.hsm.state();
    const [token, strayKeys] = await Promise.all([this.hsm.token(), this.strayKeys.find()]);
    return { token, signers, circuit, strayKeys };
  }
}
