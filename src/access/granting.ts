import type { Role } from '../platform/http/roles.js';
import { roleNotGrantable } from './access.errors.js';

/**
 * Who gives a role, and takes it away. An admin runs the installation and has no powers over orders, issuing or authorities, so he can't
 * give them either; a manager sets up his stations.
 */
const GRANTERS: Record<Role, readonly Role[]> = {
  station: ['admin', 'manager'],
  operator: ['admin'],
  auditor: ['admin'],
  admin: ['admin'],
  installer: ['admin', 'manager'],
  issuer: ['officer'],
  manager: ['officer'],
  officer: ['officer'],
};

export function assertMayGrant(granter: Role, role: Role): void {
  if (!GRANTERS[role].includes(granter)) throw roleNotGrantable(role, GRANTERS[role]);
}
