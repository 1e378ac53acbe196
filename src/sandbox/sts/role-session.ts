import { randomBytes, randomInt } from 'node:crypto';
import type { Role } from '../store/role.repository.js';
import type { RoleSession } from '../store/session.repository.js';
import type { Store } from '../store/store.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** New keys of a role, for whoever may have them: that was asked before. */
export function openSession(store: Store, role: Role, given: Pick<RoleSession, 'sessionName' | 'tags' | 'policy'> & { seconds: number }): RoleSession {
  const { seconds, ...rest } = given;
  const session = {
    accessKeyId: `ASIA${Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    token: randomBytes(192).toString('base64'),
    accountId: role.accountId, roleName: role.name, roleId: role.id,
    ...rest,
    // Whole seconds, since answers say them.
    expiresAt: new Date((Math.floor(Date.now() / 1_000) + seconds) * 1_000),
  };
  store.sessions.add(session);
  return session;
}
