import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../access/caller.js';
import { RepeatsByNature } from '../access/replays.js';
import { Operation } from '../platform/http/operation.js';
import { Roles } from '../platform/http/roles.js';
import { Confirmations } from './confirmations.js';
import { ConfirmedWorkOrders, ConfirmWorkOrders } from './confirmations.schema.js';

@ApiTags('managers')
@ApiBearerAuth()
@Controller('v1/work-orders')
export class ConfirmationsController {
  constructor(private readonly confirmations: Confirmations) {}

  @Post('confirm')
  @RepeatsByNature()
  @Operation({
    summary: 'Confirm work orders after a restore',
    description: 'The ledger was accepted after it had lost something, and what it tells of these orders’ units was compared with AWS since: renewals of their units go on and begin again, and a certificate that AWS signs for one of them from then on and the ledger does not know counts as a stranger’s, which is set REVOKED where AWS signs for units; those that were named before stay as they are, for a person. An order that waits for nothing stays as it is. Resuming a held order confirms it too.',
    answers: { 200: ConfirmedWorkOrders },
    refusals: ['work-order-unknown', 'ledger-older', 'ledger-unknown'],
  })
  @Roles('manager')
  @HttpCode(200)
  confirm(@Body({ schema: ConfirmWorkOrders }) { workOrders, reason }: ConfirmWorkOrders, @CurrentCaller() { actor }: Caller) {
    return this.confirmations.confirm(actor, workOrders, reason);
  }
}
