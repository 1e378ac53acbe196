import { SetMetadata } from '@nestjs/common';

export type Role = 'station' | 'issuer' | 'operator' | 'manager' | 'officer' | 'auditor' | 'admin';

export const ROLES = 'lineside:roles';

/** Who may call: one of these roles. A route that names no role and is not public is closed to all. */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES, roles);
