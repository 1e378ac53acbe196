import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { inClass, type RequestClass } from '../platform/request-class.js';
import { stationCertificateRefused, stationDisabled, stationNotEnrolled } from './access.errors.js';
import { addressOf } from './address.js';
import { parseApiKey } from './api-key.js';
import { ApiKeyRepository, type KeyHolder } from './api-key.repository.js';
import type { Caller } from './caller.js';
import { KnownStations, type PresentedStation } from './known-stations.js';
import { presentedCertificate } from './presented-certificate.js';
import type { RefusedCaller } from './refused-callers.js';

export interface Found {
  caller?: Caller;
  /** He shows something that does not count. */
  refusedAs?: { refusal: DomainError; refused: RefusedCaller };
  /** The role that a key claims to be for; undefined where none was sent. */
  role?: string;
  /** The header that only a proxy may send came from somebody else. */
  unbelieved?: true;
}

/** Who a request comes from: by its API key; without one, by the client certificate of a station. A station's key beside its own certificate counts as the certificate. */
@Injectable()
export class CallerLookup {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly stations: KnownStations,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `isWorthALook`: whether a key that is not known here is looked for in the ledger. */
  async find(request: FastifyRequest, isWorthALook: boolean): Promise<Found> {
    const { der, unbelieved } = presentedCertificate(request.raw, this.config);
    const key = keyIn(request.headers.authorization);
    // Before the ledger is asked, which may not answer: the person at the station needs a sentence all the same.
    request.isOfStation = key === undefined ? der !== undefined : parseApiKey(key)?.role === 'station';
    const more = { ...(unbelieved ? { unbelieved } : {}), ...(key === undefined ? {} : { role: parseApiKey(key)?.role ?? '' }) };
    if (key === undefined) {
      if (der === undefined) return more;
      return { ...more, ...this.ofCertificate(request, await inClass('station', () => this.stations.findCaller(der))) };
    }
    const holder = await inClass(classOf(parseApiKey(key)?.role), () => this.keys.findCaller(key, isWorthALook));
    if (holder?.bar === 'station-not-enrolled' && der !== undefined) {
      const presented = await inClass('station', () => this.stations.findCaller(der));
      if ('caller' in presented && presented.caller.station === holder.station) return { ...more, caller: presented.caller };
    }
    return { ...more, ...(holder === undefined ? {} : this.ofKey(request, holder)) };
  }

  /** `key:<id>` as it was sent, for the record. */
  keyNamed(request: FastifyRequest): string | null {
    const id = parseApiKey(keyIn(request.headers.authorization) ?? '')?.id;
    return id === undefined ? null : `key:${id}`;
  }

  private ofKey(request: FastifyRequest, { bar, ...caller }: KeyHolder): Found {
    if (bar === undefined) return { caller };
    const refusal = bar === 'station-disabled' ? stationDisabled(String(caller.station)) : stationNotEnrolled(caller.station);
    return { refusedAs: { refusal, refused: { reason: bar, address: addressOf(request), key: caller.actor } } };
  }

  private ofCertificate(request: FastifyRequest, presented: PresentedStation): Found {
    if ('caller' in presented) return presented;
    const { refusal: code, reason, station } = presented;
    const refusal = code === 'station-disabled' ? stationDisabled(String(station)) : stationCertificateRefused(reason);
    return { refusedAs: { refusal, refused: { reason: code, address: addressOf(request), key: station === null ? null : `station:${station}` } } };
  }
}

/** `Bearer <key>`, and `Basic` with the key as password, which is what a browser can send. */
function keyIn(header: string | undefined): string | undefined {
  const [scheme, value] = header?.split(' ', 2) ?? [];
  if (value === undefined) return undefined;
  if (/^bearer$/i.test(scheme ?? '')) return value;
  if (!/^basic$/i.test(scheme ?? '')) return undefined;
  return Buffer.from(value, 'base64').toString('latin1').split(':', 2)[1];
}

/** Whose share of the ledger looks it up. */
function classOf(role: string | undefined): RequestClass {
  return role === 'station' || role === 'issuer' ? role : 'people';
}
