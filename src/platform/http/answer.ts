import type { z } from 'zod';
import type { FileAnswer, ReplyShape } from './route.ts';

/** The answer of an endpoint as a response; JSON passes through its schema, so nothing leaves that was not declared. */
export function answerReply(endpoint: { reply: ReplyShape; status?: number }, answer: unknown): Response {
  if (endpoint.reply === 'nothing') return new Response(null, { status: 204 });
  if (endpoint.reply === 'file') return fileReply(answer as FileAnswer);

  return new Response(JSON.stringify((endpoint.reply as z.ZodType).parse(answer)), {
    status: endpoint.status ?? 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}

function fileReply({ body, fileName, mediaType }: FileAnswer): Response {
  const plain = fileName.replace(/[^\w.-]/g, '_');
  const disposition = `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;

  return new Response(body, { headers: { 'content-type': mediaType, 'content-disposition': disposition } });
}
