import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../platform/database/database.js';

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
    return this.db
      .selectFrom('shared_device_key')
      .innerJoin('device_key', 'device_key.identity', 'shared_device_key.identity')
      .innerJoin('unit', 'unit.id', 'shared_device_key.unit_id')
      .innerJoin('unit as owner', 'owner.id', 'device_key.unit_id')
      .select(['unit.serial as unit', 'owner.serial as owner'])
      .orderBy('unit.serial')
      .limit(MOST_NAMED)
      .execute();
  }
}
