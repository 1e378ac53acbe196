import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requestInvalid } from '../errors/platform.errors.js';

/** Refuses query parameters that the route does not take: a filter that is misspelt would otherwise answer everything. */
@Injectable()
export class DeclaredQuery implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const { query } = context.switchToHttp().getRequest<FastifyRequest>();
    if (Object.keys(query as object).length > 0) assertTaken(query as object, parametersOf(context.getClass(), context.getHandler().name));
    return next.handle();
  }
}

/** @throws request-invalid when a query names a parameter that the route does not take */
export function assertTaken(query: object, taken: readonly string[]): void {
  const unknown = Object.keys(query).filter((name) => !taken.includes(name));
  if (unknown.length > 0) throw requestInvalid(`${unknown.slice(0, 5).map((name) => JSON.stringify(name)).join(', ')}: no such query parameter; ${taken.length > 0 ? `there are ${taken.join(', ')}` : 'there are none'}`);
}

/** The query parameters of a route, as its `@Query` declares them: one by its name, or all by a schema. */
function parametersOf(controller: object, method: string): string[] {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Record<string, { data?: unknown; schema?: unknown }>;
  return Object.entries(args)
    .filter(([place]) => place.startsWith(`${RouteParamtypes.QUERY}:`))
    .flatMap(([, { data, schema }]) => (typeof data === 'string' ? [data] : schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}
