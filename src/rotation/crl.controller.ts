import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Public } from '../platform/http/public.js';
import { CrlService } from '../issuance/crl.service.js';
import { Answers } from '../platform/http/api-responses.js';

const AuthorityId = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/);
const CrlQuery = z.object({ format: z.enum(['der', 'pem']).default('der') });
type CrlQuery = z.infer<typeof CrlQuery>;

const CONTENT_TYPE = { der: 'application/pkix-crl', pem: 'application/x-pem-file' };

@ApiTags('authorities')
@Controller('v1/authorities')
export class CrlController {
  constructor(private readonly crls: CrlService) {}

  /** The authority's newest revocation list (RFC 5280), complete. To be asked for with `If-None-Match`: 304 while there is no newer one. */
  @Get(':id/crl')
  @Public()
  @Answers({ 200: { mediaTypes: Object.values(CONTENT_TYPE) }, 304: null })
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
