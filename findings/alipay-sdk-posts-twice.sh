#!/usr/bin/env bash
# A payment whose answer is lost is posted twice, though nobody asked for retries.
#
# Versions: alipay-sdk 4.14.0 with urllib 4.9.2 (npm), Node.js 20. Needs node and npm.
# Behaviour: urllib sends a request again after a socket error, once, whatever the method (`socketErrorRetry` is 1 by default); the SDK
#   does not switch it off. The connection was closed after the whole request had been read, so the first one may have been carried out.
# Who is hurt: whoever calls a method that is not idempotent, or counts on a request number being used once.
# Instead: send writes through a client that never repeats a POST, and ask for the outcome (`alipay.trade.query`) after an error.
# Output:
#   alipay.trade.pay ended with: HttpClient Request error: other side closed
#   requests that the server read: 2
#   POST {"out_trade_no":"N1","total_amount":"1.00","subject":"tea"}
#   POST {"out_trade_no":"N1","total_amount":"1.00","subject":"tea"}
set -euo pipefail
self=$(realpath "$0"); dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm install --silent --no-audit --no-fund --prefix . alipay-sdk@4.14.0 urllib@4.9.2 >&2 || exit 2
cat > try.mjs <<'JS'
import crypto from 'node:crypto';
import http from 'node:http';
import { AlipaySdk } from 'alipay-sdk';

const read = [];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    read.push(`${request.method} ${new URLSearchParams(body).get('biz_content')}`);
    request.socket.destroy(); // the answer is lost
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const keys = crypto.generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
const sdk = new AlipaySdk({
  appId: '2021000000000000',
  privateKey: keys.privateKey,
  alipayPublicKey: keys.publicKey,
  gateway: `http://127.0.0.1:${server.address().port}/gateway.do`,
});
try {
  await sdk.exec('alipay.trade.pay', { bizContent: { out_trade_no: 'N1', total_amount: '1.00', subject: 'tea' } });
} catch (error) {
  console.log('alipay.trade.pay ended with:', error.message);
}
console.log('requests that the server read:', read.length);
console.log(read.join('\n'));
server.close();
JS
node try.mjs > seen || exit 2

# Compares what was seen with the output in the header.
cat seen; diff <(sed -n "/^# Output/,\$s/^#   //p" "$self") seen || { echo "the behaviour has changed" >&2; exit 1; }
