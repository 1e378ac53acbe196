import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../accounts.js';
import { date, text, type Database, type Row } from './database.js';

export interface ProvisioningClaim {
  readonly certificateId: string;
  readonly template: string;
  readonly expiresAt: Date;
}

/** Claims of trusted users, whose certificates stand in no list, and tokens that prove who got a certificate over MQTT. */
export class FleetRepository {
  constructor(private readonly database: Database) {}

  addClaim(account: Account, claim: ProvisioningClaim): void {
    const sql = 'INSERT INTO provisioning_claim (account, certificate_id, template, expires_at) VALUES (?,?,?,?)';
    this.database.run(sql, account.key, claim.certificateId, claim.template, +claim.expiresAt);
  }

  /** Undefined once it has expired. */
  claim(account: Account, certificateId: string): ProvisioningClaim | undefined {
    const sql = 'SELECT * FROM provisioning_claim WHERE account = ? AND certificate_id = ? AND expires_at > ?';
    const row = this.database.first(sql, account.key, certificateId, Date.now());
    return row && readClaim(row);
  }

  /** A new token; the store keeps its hash. */
  addToken(account: Account, certificateId: string, expiresAt: Date): string {
    const token = randomBytes(72).toString('base64url');
    const sql = 'INSERT INTO ownership_token (token_hash, account, certificate_id, expires_at) VALUES (?,?,?,?)';
    this.database.run(sql, hashOf(token), account.key, certificateId, +expiresAt);
    return token;
  }

  /** The certificate of a token that is good in this account. */
  certificateOf(account: Account, token: string): string | undefined {
    const sql = 'SELECT certificate_id FROM ownership_token WHERE token_hash = ? AND account = ? AND expires_at > ?';
    const row = this.database.first(sql, hashOf(token), account.key, Date.now());
    return row && text(row, 'certificate_id');
  }

  removeToken(token: string): void {
    this.database.run('DELETE FROM ownership_token WHERE token_hash = ?', hashOf(token));
  }

  /** Ends what is over: claims, tokens, and certificates that nobody has activated or attached until their token ended. */
  expire(): void {
    const now = Date.now();
    this.database.transaction(() => {
      this.database.run('DELETE FROM provisioning_claim WHERE expires_at <= ?', now);
      this.database.run(
        `DELETE FROM certificate WHERE status = 'PENDING_ACTIVATION'
           AND EXISTS (SELECT 1 FROM ownership_token WHERE ownership_token.account = certificate.account AND certificate_id = certificate.id AND expires_at <= ?)
           AND NOT EXISTS (SELECT 1 FROM thing_principal WHERE thing_principal.account = certificate.account AND certificate_id = certificate.id)`,
        now,
      );
      this.database.run('DELETE FROM ownership_token WHERE expires_at <= ?', now);
    });
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const readClaim = (row: Row): ProvisioningClaim => ({
  certificateId: text(row, 'certificate_id'),
  template: text(row, 'template'),
  expiresAt: date(row, 'expires_at'),
});
