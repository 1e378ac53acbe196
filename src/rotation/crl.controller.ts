import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../platform/http/public.js';
import { AuthorityId } from '../certificate-authority/authority-id.js';
import { CrlService } from '../issuance/crl.service.js';
import { Operation } from '../platform/http/operation.js';

const CrlQuery = z.object({ format: z.enum(['der', 'pem']).default('der') });
type CrlQuery = z.infer<typeof CrlQuery>;

const CONTENT_TYPE = { der: 'application/pkix-crl', pem: 'application/x-pem-file' };

@ApiTags('authorities')
@Controller('v1/authorities')
export class CrlController {
  constructor(private readonly crls: CrlService) {}

  @Get(':id/crl')
  @Public()
  @Operation({
    summary: "Fetch an authority's revocation list",
    description: 'The newest list (RFC 5280), complete. To be asked for with If-None-Match: 304 while there is no newer one.',
    answers: { 200: { mediaTypes: Object.values(CONTENT_TYPE), example: '-----BEGIN X509 CRL-----\nMIIB…\n-----END X509 CRL-----\n' }, 304: null },
    refusals: ['crl-not-published', 'authority-unknown'],
  })
  async crl(
    @Param('id', { schema: AuthorityId }) id: string,
    @Query({ schema: CrlQuery }) { format }: CrlQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const { bytes, etag, thisUpdate, nextUpdate } = await this.crls.current(id, format);
    // no-cache: keep it, but ask whether there is a newer one, since a revocation must be known within seconds.
    void reply.headers({ etag, 'last-modified': thisUpdate.toUTCString(), expires: nextUpdate.toUTCString(), 'cache-control': 'public, no-cache' });
    if (isKnown(etag, ifNoneMatch)) {
      void reply.status(304);
      return undefined;
    }
    void reply.type(CONTENT_TYPE[format]);
    return bytes;
  }
}

/** RFC 9110 section 13.1.2. If-Modified-Since is not looked at: two lists may be of the same second. */
function isKnown(etag: string, ifNoneMatch = ''): boolean {
  return ifNoneMatch.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
