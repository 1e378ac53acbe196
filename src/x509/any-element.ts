import { type DerReader, TAG } from './der.js';
import { decodeText } from './name.js';
import { DerError } from './x509.errors.js';

/** Nothing that we read nests deeper than a few levels; what does was made to hurt. */
const MAX_DEPTH = 12;

/** Moves past one element of any type and checks that it is DER all the way down, as far as its types tell. */
export function checkAnyElement(reader: DerReader, depth = 0): void {
  if (depth > MAX_DEPTH) throw new DerError('its elements are nested too deeply');
  const tag = reader.nextTag;
  // Tag numbers from 31 on take more octets; nothing in PKIX has one.
  if (tag < 0 || (tag & 0x1f) === 0x1f) throw new DerError('an element has an unknown type');
  if (tag === TAG.sequence || tag === TAG.set || (tag & 0xe0) > 0x20) {
    // Classes other than universal: constructed ones hold elements, primitive ones hold what we can't know.
    const constructed = (tag & 0x20) !== 0;
    if (!constructed) {
      reader.contents(tag);
      return;
    }
    const inner = reader.enter(tag);
    while (!inner.atEnd) checkAnyElement(inner, depth + 1);
    return;
  }
  checkPrimitive(reader, tag);
}

function checkPrimitive(reader: DerReader, tag: number): void {
  switch (tag) {
    case TAG.boolean:
      reader.boolean();
      return;
    case TAG.integer:
    case TAG.enumerated:
      reader.integer(tag);
      return;
    case TAG.bitString: {
      const octets = reader.contents(tag);
      const unused = octets[0] ?? 8;
      const last = octets[octets.length - 1] ?? 0;
      if (unused > 7 || (octets.length === 1 && unused > 0) || (octets.length > 1 && (last & ((1 << unused) - 1)) !== 0)) {
        throw new DerError('the unused bits of a bit string are not zero');
      }
      return;
    }
    case TAG.octetString:
    case TAG.visibleString:
    case TAG.utcTime:
    case TAG.generalizedTime:
      reader.contents(tag);
      return;
    case TAG.null:
      reader.null();
      return;
    case TAG.oid:
      reader.oid();
      return;
    case TAG.universalString:
      if (reader.contents(tag).length % 4 !== 0) throw new DerError('a four-byte string has an odd length');
      return;
    default:
      // Text, or a type that PKIX does not use, which decodeText refuses.
      decodeText(tag, reader.contents(tag));
  }
}
