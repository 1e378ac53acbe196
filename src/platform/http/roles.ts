import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export type Role = 'station' | 'issuer' | 'operator' | 'manager' | 'officer' | 'auditor' | 'admin' | 'installer';

export const ROLES = 'lineside:roles';

/** The same for /openapi.json. */
export const ALLOWED_ROLES = 'x-roles';

/** Who may call: one of these roles. A route that names no role and is not public is closed to all. */
export const Roles = (...roles: Role[]) => applyDecorators(SetMetadata(ROLES, roles), ApiExtension(ALLOWED_ROLES, roles));
