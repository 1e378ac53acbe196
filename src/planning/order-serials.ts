import { Injectable } from '@nestjs/common';
import { Profiles } from '../issuance/profiles.js';
import type { Ledger } from '../platform/database/database.js';
import { requestInvalid } from '../platform/errors/platform.errors.js';
import { AllowedSerials } from '../work-orders/allowed-serials.js';
import { CANARY_PREFIX } from '../work-orders/serial.js';
import { canonicalSerial, faultOf, isInRules, type SerialRules, withCheckDigit } from '../work-orders/serial-rules.js';
import { serialMalformed, serialNotAllowed, serialRepeated, serialsShort } from '../work-orders/work-order.errors.js';
import type { WorkOrder } from '../work-orders/work-order.repository.js';
import type { CreateWorkOrder } from './work-orders.schema.js';

export type AskedSerials = CreateWorkOrder['serials'];
type OrderOfSerials = Pick<WorkOrder, 'id' | 'product' | 'profile' | 'serialRules'>;

/** The serials of an order's units, by the rules of its product. */
@Injectable()
export class OrderSerials {
  constructor(
    private readonly allowed: AllowedSerials,
    private readonly profiles: Profiles,
  ) {}

  /**
   * All serials that are named, in order and as they are kept; a range gets its check digits. None where they come from the allow-list. `quantity`: how many a range has that does not say
   * it. Throws `serial-malformed`, which names the entry, `serial-repeated`, or `certificate-refused` for one that the profile's names can't hold.
   */
  named(order: OrderOfSerials, asked: AskedSerials, quantity: number): string[] {
    if ('allowList' in asked) return [];
    const rules = order.serialRules;
    const serials = Array.isArray(asked) ? asked.map((serial) => canonicalSerial(serial, rules)) : rangeOf(asked, rules, quantity);
    for (const [index, serial] of serials.entries()) {
      const fault = faultOf(serial, rules);
      if (fault !== undefined) throw serialMalformed(serial, fault, Array.isArray(asked) ? index + 1 : undefined);
    }
    this.assertUsable(order, serials);
    return serials;
  }

  /** The same, and those of the allow-list, which are taken from the end of `tx` on. Throws `serial-not-allowed`, `serials-short`, or what `named` does. */
  async take(tx: Ledger, order: OrderOfSerials, asked: AskedSerials, named: readonly string[], quantity: number): Promise<readonly string[]> {
    const { product, serialRules } = order;
    if ('allowList' in asked) {
      const count = asked.count ?? quantity;
      const { serials, passedOver } = await this.allowed.take(tx, product, count, (serial) => isInRules(serial, serialRules));
      if (serials.length < count) throw serialsShort(product, { wanted: count, free: serials.length, passedOver });
      this.assertUsable(order, serials);
      return serials;
    }
    const stranger = serialRules.allowList === true ? await this.allowed.mark(tx, product, named) : undefined;
    if (stranger !== undefined) throw serialNotAllowed(stranger, product);
    return named;
  }

  private assertUsable({ id, product, profile }: OrderOfSerials, serials: readonly string[]): void {
    assertOnce(serials);
    if (serials.some((serial) => serial.startsWith(CANARY_PREFIX))) throw requestInvalid(`serials: those that begin with ${CANARY_PREFIX} are kept for canaries`);
    this.profiles.assertNames(profile, { order: id, product }, serials);
  }
}

/** A range repeats nothing; a list may. */
function assertOnce(serials: readonly string[]): void {
  const seen = new Set<string>();
  for (const serial of serials) {
    if (seen.has(serial)) throw serialRepeated(serial);
    seen.add(serial);
  }
}

function rangeOf({ prefix, start, digits, count }: Exclude<AskedSerials, string[] | { allowList: true }>, rules: SerialRules, quantity: number): string[] {
  try {
    return Array.from({ length: count ?? quantity }, (_, index) => withCheckDigit(canonicalSerial(`${prefix}${String(start + index).padStart(digits, '0')}`, rules), rules));
  } catch (error) {
    if (error instanceof RangeError) throw requestInvalid(`serials: ${error.message}`);
    throw error;
  }
}
