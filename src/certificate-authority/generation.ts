import type { HsmKey, HsmKeyType, TokenDescription } from '../hsm/hsm.js';
import type { SignatureAlgorithm } from '../x509/signature-algorithm.js';

/** A generation whose making was asked for: its row stands before its key is made. */
export interface PlannedGeneration {
  id: string;
  family: string;
  generation: number;
  commonName: string;
  keyType: HsmKeyType;
  hash: SignatureAlgorithm['hash'] | null;
  /** Chosen with the plan, so that a key on the token always has a row that names it. */
  keyLabel: string;
  requestedBy: string;
  attempts: number;
}

export type MakingState = 'under-way' | 'done' | 'failed' | 'cancelled';

/** How the making of an authority stands, for whoever asked for it. */
export interface Making {
  /** The authority's id. */
  id: string;
  state: MakingState;
  family: string;
  generation: number;
  keyType: string;
  keyLabel: string;
  /** Tries so far; one that an HSM or a ledger out of reach has cut short is made again. */
  attempts: number;
  /** Why it failed, or what kept the last try from succeeding. */
  detail: string | null;
  createdAt: Date;
}

/** What the HSM has made for a plan. */
export interface MadeGeneration {
  key: HsmKey;
  token: TokenDescription;
  /** DER, signed by the key itself. */
  certificate: Buffer;
}
