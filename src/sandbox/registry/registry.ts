import type { Account } from '../accounts.js';
import type { AmazonAuthority } from '../certificates/amazon-authority.js';
import type { Store } from '../store/store.js';

/** What the rules of things, certificates and policies work on: one account in one region. */
export interface Registry {
  readonly account: Account;
  readonly store: Store;
  /** Signs the certificates that AWS IoT itself issues. */
  readonly amazon: AmazonAuthority;
}
