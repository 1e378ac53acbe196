import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../platform/http/roles.js';
import { Serial } from '../work-orders/work-order.schema.js';
import { UnitsQueries } from './units.queries.js';

@ApiTags('managers')
@ApiBearerAuth()
@Roles('manager', 'operator', 'officer', 'auditor')
@Controller('v1/units')
export class UnitsController {
  constructor(private readonly units: UnitsQueries) {}

  @Get(':serial')
  get(@Param('serial', { schema: Serial }) serial: string) {
    return this.units.get(serial);
  }
}
