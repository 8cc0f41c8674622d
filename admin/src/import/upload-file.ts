import { ApiProblem } from '../api/client.ts';
import type { Import } from './types.ts';

export interface Upload {
  readonly done: Promise<Import>;
  abort(): void;
}

/** Sends a file as it is. XMLHttpRequest, because fetch cannot tell how much of it has gone. */
export function uploadFile(file: File, language: string, onShare: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<Import>((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const body = bodyOf(request.responseText);
      if (request.status === 201) resolve(body as unknown as Import);
      else reject(new ApiProblem(request.status, body, request.getResponseHeader('x-request-id') ?? undefined));
    };
    request.onerror = () => reject(new ApiProblem(0, { code: 'unreachable', title: 'unreachable' }, undefined));
    request.onabort = () => reject(new ApiProblem(0, { code: 'aborted' }, undefined));
  });
  request.open('POST', `/api/v1/imports?${new URLSearchParams({ name: file.name })}`);
  request.setRequestHeader('accept', 'application/json');
  request.setRequestHeader('accept-language', language);
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.send(file);

  return { done, abort: () => request.abort() };
}

function bodyOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {}; // a proxy's own error page; the status says what there is to say
  }
}
