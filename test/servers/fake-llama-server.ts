import { createServer, type ServerResponse } from 'node:http';

/**
 * What llama-server does as far as a judge sees it, and what can go wrong with one: FAKE_LLAMA names it.
 * It is started as a program, with the arguments of llama-server.
 */
const fault = process.env.FAKE_LLAMA ?? '';
const argument = (name: string) => process.argv[process.argv.indexOf(name) + 1]!;

if (process.argv.includes('--version')) {
  process.stderr.write('version: 4242 (abcdef0)\nbuilt for tests\n');
  process.exit(0);
}
if (fault === 'prints its key') {
  process.stderr.write(`api_keys: ${process.env.LLAMA_API_KEY}\n`);
  process.exit(1);
}
if (fault === 'dies') {
  process.stderr.write('loading model\n\x1b[31merror: unknown architecture "x"\x1b[0m\n');
  process.exit(1);
}

const port = Number(argument('--port'));
const readyAt = Date.now() + (fault === 'slow' ? 700 : 0);
let asked = 0;

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (fault === 'garbage') {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html>not what you think</html>');
    return;
  }
  if (request.url === '/health') {
    const isReady = Date.now() >= readyAt && fault !== 'hangs';
    json(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'loading model' });
    return;
  }
  if (request.headers.authorization !== `Bearer ${process.env.LLAMA_API_KEY}`) {
    json(response, 401, { error: { message: 'Invalid API Key', code: 401 } });
    return;
  }
  const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
  if (request.url === '/props') {
    json(response, 200, {
      model_path: argument('-m'),
      build_info: 'b4242-abcdef0',
      total_slots: Number(argument('-np')),
      ...(fault !== 'old' && { modalities: { vision: fault !== 'text-only', audio: false } }),
    });
  } else if (request.url === '/apply-template') {
    const [user, begun] = body.messages as { content: string }[];
    const end = fault === 'does not continue' ? '<|assistant|>' : '';
    json(response, 200, { prompt: `<|user|>${user?.content}<|assistant|>${begun?.content}${end}` });
  } else if (request.url === '/v1/chat/completions') {
    if (fault === 'dies later' && ++asked > 1) process.exit(3);
    json(response, 200, {
      id: `reply-${Math.random()}`,
      object: 'chat.completion',
      model: argument('--alias'),
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: ' good' },
          logprobs: {
            content: [
              {
                token: ' good',
                logprob: Math.log(0.75),
                bytes: null,
                top_logprobs: [
                  { token: ' good', logprob: Math.log(0.75), bytes: null },
                  { token: ' poor', logprob: Math.log(0.25), bytes: null },
                ],
              },
            ],
          },
        },
      ],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 1,
        total_tokens: 101,
        prompt_tokens_details: { cached_tokens: 90 },
      },
    });
  } else {
    json(response, 404, { error: { message: 'File Not Found', code: 404 } });
  }
});

server.on('error', (error) => {
  process.stderr.write(`couldn't bind HTTP server socket: ${error.message}\n`);
  process.exit(1);
});
server.listen(port, argument('--host'));
process.stdout.write(`listening, pid ${process.pid}\n`);
