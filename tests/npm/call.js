// Calls a gateway with the clients for Node that others published, and prints one line of JSON for every call.
//
// In: OPENTOP_ENDPOINT, OPENTOP_APP_KEY, OPENTOP_APP_SECRET, OPENTOP_SESSION, and a file of calls: a JSON array of
// { name, method, params, secret? }. Out: { client, name, response } or { client, name, error }.
'use strict';

const fs = require('fs');
const { TopClient: Official } = require('top-sdk-official/lib/api/topClient.js');
const Independent = require('topsdk');
const { default: Promised } = require('node-taobao-topclient');

const { OPENTOP_ENDPOINT: url, OPENTOP_APP_KEY: appkey, OPENTOP_APP_SECRET: appsecret } = process.env;
const calls = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

const clients = {
  topSdk: (secret, method, params) => new Promise((resolve, reject) => {
    const client = new Official({ appkey, appsecret: secret, url });
    client.execute(method, { ...params }, (error, response) => (error ? reject(error) : resolve(response)));
  }),
  topsdk: (secret, method, params) => new Independent(appkey, secret, url, { useValidators: false }).execute(method, { ...params }),
  'node-taobao-topclient': (secret, method, params) => new Promised({ appkey, appsecret: secret, REST_URL: url }).execute(method, { ...params }),
};

async function main() {
  for (const [client, execute] of Object.entries(clients)) {
    for (const { name, method, params, secret } of calls) {
      const line = { client, name };
      try {
        line.response = await execute(secret || appsecret, method, params);
      } catch (error) {
        line.error = { code: error.code, sub_code: error.sub_code, message: String(error.message || error.msg || error) };
      }
      console.log(JSON.stringify(line));
    }
  }
  // The second client keeps its connections, and the process, alive.
  process.exit(0);
}

main();
