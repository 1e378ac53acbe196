import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AuthorityKeys, ON_TOKEN, STATES_WITH_KEY } from '../certificate-authority/authority-keys.js';
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
  /** The key of each authority that signs certificates or revocation lists: its label and CKA_ID (hex), and what the token holds under that label; `detail` says why it is unreadable. */
  authorityKeys: z.array(z.strictObject({
    authority: z.string(), family: z.string(), state: z.enum(STATES_WITH_KEY), label: z.string(), id: z.string(), onToken: z.enum(ON_TOKEN), detail: z.string().optional(),
  })),
  /** Keys on the token that no authority names: label and CKA_ID (hex), empty what the token can't read. */
  strayKeys: z.array(z.strictObject({ label: z.string(), id: z.string() })),
}), {
  token: { label: 'lineside', manufacturer: 'SoftHSM project', model: 'SoftHSM v2', serialNumber: '0123456789abcdef', firmware: '2.6', production: false, warning: 'SoftHSM: NOT FOR PRODUCTION' },
  signers: 1, circuit: 'closed', strayKeys: [],
  authorityKeys: [{ authority: 'lineside-g1', family: 'Lineside', state: 'issuing', label: 'lineside-lineside-g1-0a1b2c3d', id: '3f2a', onToken: 'present' }],
});

@ApiTags('hsm')
@ApiBearerAuth()
@Roles('officer', 'auditor', 'operator')
@Controller('v1/hsm')
export class HsmController {
  constructor(
    private readonly hsm: Hsm,
    private readonly strayKeys: StrayKeys,
    private readonly authorityKeys: AuthorityKeys,
  ) {}

  @Get()
  @Operation({
    summary: 'Look at the HSM',
    description: 'The token that holds the authorities’ keys, whether it holds each of them, and the keys on it that no authority names. Nothing removes those: that is an officer’s act, with the HSM’s own tools.',
    answers: { 200: HsmAnswer },
    refusals: ['hsm-unavailable', 'hsm-pin-wrong', 'hsm-refused'],
  })
  async get() {
    const { signers, circuit } = this.hsm.state();
    const [token, authorityKeys, unnamed] = await Promise.all([this.hsm.token(), this.authorityKeys.look(), this.strayKeys.find()]);
    const strayKeys = unnamed.filter(({ label, id }) => label !== '' || !authorityKeys.some((key) => key.id === id));
    return { token, signers, circuit, authorityKeys, strayKeys };
  }
}
