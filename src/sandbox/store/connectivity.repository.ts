import type { Account } from '../accounts.js';
import { number, text, textOrNone, type Database, type Row } from './database.js';

/** What an account knows of a client that has ever connected, as GetThingConnectivityData and GetConnection want it. */
export interface Connectivity {
  readonly clientId: string;
  readonly connected: boolean;
  /** Milliseconds since 1970: of the last connection or disconnection. */
  readonly since: number;
  /** AWS's word for the last end; undefined while connected. */
  readonly disconnectReason: string | undefined;
  readonly certificateId: string;
  readonly sourceIp: string;
  readonly keepAliveSeconds: number;
  readonly sessionExpirySeconds: number;
}

type NewConnection = Omit<Connectivity, 'connected' | 'disconnectReason'>;

/** AWS counts the connections of a client id from 0 again when it was away for about an hour. */
const COUNT_MS = 3_600_000;

export class ConnectivityRepository {
  constructor(private readonly database: Database) {}

  /** Undefined for a client that has never connected. A Thing's client has the Thing's name. */
  find(account: Account, clientId: string): Connectivity | undefined {
    const row = this.database.first('SELECT * FROM connectivity WHERE account = ? AND client_id = ?', account.key, clientId);
    return row && read(row);
  }

  /** Answers the number of the connection, for the events. */
  connected(account: Account, { clientId, since, certificateId, sourceIp, keepAliveSeconds, sessionExpirySeconds }: NewConnection): number {
    const sql = `INSERT INTO connectivity (account, client_id, connected, since, certificate_id, source_ip, keep_alive, session_expiry, count) VALUES (?,?,1,?,?,?,?,?,0)
      ON CONFLICT (account, client_id) DO UPDATE SET connected = 1, since = excluded.since, reason = NULL, certificate_id = excluded.certificate_id,
        source_ip = excluded.source_ip, keep_alive = excluded.keep_alive, session_expiry = excluded.session_expiry,
        count = CASE WHEN connectivity.connected = 0 AND excluded.since - connectivity.since > ? THEN 0 ELSE connectivity.count + 1 END
      RETURNING count`;
    return number(this.database.first(sql, account.key, clientId, since, certificateId, sourceIp, keepAliveSeconds, sessionExpirySeconds, COUNT_MS) ?? {}, 'count');
  }

  /** Answers the number of the connection that has ended. */
  disconnected(account: Account, clientId: string, { since, reason }: { since: number; reason: string }): number {
    const sql = 'UPDATE connectivity SET connected = 0, since = ?, reason = ? WHERE account = ? AND client_id = ? RETURNING count';
    return number(this.database.first(sql, since, reason, account.key, clientId) ?? {}, 'count');
  }

  /** For a sandbox that starts: nobody is connected, whatever its predecessor has left. */
  endAll(since: number): void {
    this.database.run("UPDATE connectivity SET connected = 0, since = ?, reason = 'SERVER_INITIATED_DISCONNECT' WHERE connected = 1", since);
  }
}

function read(row: Row): Connectivity {
  return {
    clientId: text(row, 'client_id'),
    connected: number(row, 'connected') === 1,
    since: number(row, 'since'),
    disconnectReason: textOrNone(row, 'reason'),
    certificateId: text(row, 'certificate_id'),
    sourceIp: text(row, 'source_ip'),
    keepAliveSeconds: number(row, 'keep_alive'),
    sessionExpirySeconds: number(row, 'session_expiry'),
  };
}
