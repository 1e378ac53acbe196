import { Injectable } from '@nestjs/common';
import { Hsm } from '../hsm/hsm.js';
import { hasCode } from '../platform/errors/domain-error.js';
import { HealthChecks } from '../platform/health/health-checks.js';
import { readCertificate } from '../x509/certificate.js';
import { AuthorityRepository } from './authority.repository.js';
import type { AuthorityState } from './authority.tables.js';
import { authorityKeyUnusable } from './certificate-authority.errors.js';

interface IssuingKey {
  id: string;
  label: string;
  publicKey: Buffer;
}

/** What the token holds under the label of an authority's key. */
export interface AuthorityKey {
  authority: string;
  family: string;
  state: (typeof STATES_WITH_KEY)[number];
  label: string;
  /** CKA_ID (hex) that the key had when it was made. */
  id: string;
  onToken: (typeof ON_TOKEN)[number];
  /** Of `unreadable`: why. */
  detail?: string;
}

/** `other`: one key, and not the one that the authority's certificate names. `doubled`: several, of which none is used. `unreadable`: one that nobody can sign with. */
export const ON_TOKEN = ['present', 'missing', 'doubled', 'other', 'unreadable'] as const;

/** Those that sign certificates or revocation lists, now or later. */
export const STATES_WITH_KEY = ['generated', 'registered', 'issuing', 'retiring', 'frozen', 'compromised'] as const satisfies readonly AuthorityState[];
const hasKey = (state: AuthorityState): state is AuthorityKey['state'] => (STATES_WITH_KEY as readonly AuthorityState[]).includes(state);

/** Whether the token can sign for the authorities that issue, with the very keys that their certificates name. */
@Injectable()
export class AuthorityKeys {
  /** As the ledger last said: its being away does not make the HSM unusable. */
  private issuing: IssuingKey[] = [];
  private refreshing: Promise<void> | undefined;

  constructor(
    private readonly authorities: AuthorityRepository,
    private readonly hsm: Hsm,
    checks: HealthChecks,
  ) {
    checks.add('hsm', () => this.probe());
  }

  /** One signature of each issuing authority, one after the other. @throws naming the first authority whose key is missing, doubled or another one */
  async probe(): Promise<void> {
    this.refreshing ??= this.refresh().catch(() => undefined).finally(() => (this.refreshing = undefined));
    // A ledger that hangs must not look like an HSM that does.
    if (this.issuing.length === 0) await this.refreshing;
    if (this.issuing.length === 0) return this.hsm.probe();
    for (const { id, ...key } of this.issuing) {
      try {
        await this.hsm.probe(key);
      } catch (error) {
        throw authorityKeyUnusable(id, error);
      }
    }
  }

  /** The key of each authority that needs one, as the token holds it now; each that is there signs once. @throws HsmUnavailable */
  async look(): Promise<AuthorityKey[]> {
    const authorities = await this.authorities.list();
    const named = await this.hsm.listKeys();
    const keys: AuthorityKey[] = [];
    for (const { id: authority, family, state, keyLabel: label, keyId: id, certificate } of authorities) {
      if (!hasKey(state)) continue;
      const held = named.filter((each) => each.label === label).length;
      const isNameless = held === 0 && named.some((each) => each.label === '' && each.id === id);
      const found = isNameless ? { onToken: 'unreadable' as const, detail: `Its label can't be read (CKA_ID ${id}).` } : held === 0 ? { onToken: 'missing' as const } : held > 1 ? { onToken: 'doubled' as const } : await this.compare(label, readCertificate(certificate).spki);
      keys.push({ authority, family, state, label, id, ...found });
    }
    return keys;
  }

  /** What is wrong with one key must not keep the others from being looked at. */
  private async compare(label: string, publicKey: Buffer): Promise<Pick<AuthorityKey, 'onToken' | 'detail'>> {
    try {
      const key = await this.hsm.findKey(label);
      if (key === undefined) return { onToken: 'missing' };
      if (!key.spki.equals(publicKey)) return { onToken: 'other' };
      // What a token keeps of a private half is read for a signature only.
      await this.hsm.probe({ label, publicKey });
      return { onToken: 'present' };
    } catch (error) {
      // The token was changed since its keys were listed.
      if (hasCode(error, 'hsm-key-ambiguous')) return { onToken: 'doubled' };
      if (hasCode(error, 'hsm-refused')) return { onToken: 'unreadable', detail: error.message };
      throw error;
    }
  }

  private async refresh(): Promise<void> {
    const all = await this.authorities.list();
    this.issuing = all
      .filter(({ state }) => state === 'issuing')
      .map(({ id, keyLabel, certificate }) => ({ id, label: keyLabel, publicKey: readCertificate(certificate).spki }));
  }
}
