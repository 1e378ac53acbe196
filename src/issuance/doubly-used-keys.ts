import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, run } from '../platform/database/database.js';

/** Units named in one line of the log. */
const MOST_NAMED = 50;

/** Says at each start which units share their key with an older unit: the upgrade that gave keys to units found them, and nobody has changed them since. */
@Injectable()
export class DoublyUsedKeys implements OnApplicationBootstrap {
  private readonly logger = new Logger(DoublyUsedKeys.name);

  constructor(private readonly db: Database) {}

  async onApplicationBootstrap() {
    const shared = await this.find().catch(() => []);
    if (shared.length > 0) this.logger.warn({ event: 'keys.shared', units: shared, meaning: 'These units have a certificate for a key that belongs to another unit: rework them with keys of their own.' });
  }

  /** Serials of the units and of those that the keys belong to, the first fifty. */
  find(): Promise<{ unit: string; owner: string }[]> {
    return run(this.db, 'select unit, owner from units_with_others_keys($1)', [MOST_NAMED]);
  }
}
