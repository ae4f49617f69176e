/* TLS by Mbed TLS. See README.md. */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/version.h>
#include <psa/crypto.h>
#include <stdlib.h>

#include "peer.h"

static mbedtls_ssl_config config;
static mbedtls_ssl_context session;
static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_source;
static mbedtls_x509_crt own, ca;
static mbedtls_pk_context key;
static mbedtls_net_context net;
static mbedtls_ssl_ticket_context tickets;

const char *tls_version(void) {
    static char words[64];
    mbedtls_version_get_string_full(words);
    return words;
}

void tls_setup(const char *directory, int serving, int demanding) {
    char path[500];
    psa_crypto_init();
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random_source);
    mbedtls_ctr_drbg_seed(&random_source, mbedtls_entropy_func, &entropy, NULL, 0);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_config_defaults(&config, serving ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_source);
    mbedtls_x509_crt_init(&ca);
    snprintf(path, sizeof path, "%s/ca.pem", directory);
    mbedtls_x509_crt_parse_file(&ca, path);
    mbedtls_ssl_conf_ca_chain(&config, &ca, NULL);
    mbedtls_ssl_conf_authmode(&config, serving && !demanding ? MBEDTLS_SSL_VERIFY_NONE : MBEDTLS_SSL_VERIFY_REQUIRED);
    if (!serving) return;
    mbedtls_x509_crt_init(&own);
    mbedtls_pk_init(&key);
    snprintf(path, sizeof path, "%s/certificate.pem", directory);
    mbedtls_x509_crt_parse_file(&own, path);
    snprintf(path, sizeof path, "%s/key.pem", directory);
    if (mbedtls_pk_parse_keyfile(&key, path, NULL, mbedtls_ctr_drbg_random, &random_source)) abort();
    mbedtls_ssl_conf_own_cert(&config, &own, &key);
    mbedtls_ssl_ticket_init(&tickets);
    mbedtls_ssl_ticket_setup(&tickets, mbedtls_ctr_drbg_random, &random_source, MBEDTLS_CIPHER_AES_256_GCM, 86400);
    mbedtls_ssl_conf_session_tickets_cb(&config, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse, &tickets);
}

int tls_start(int fd) {
    net.fd = fd;
    mbedtls_ssl_init(&session);
    mbedtls_ssl_setup(&session, &config);
    mbedtls_ssl_set_hostname(&session, "localhost");
    mbedtls_ssl_set_bio(&session, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    return mbedtls_ssl_handshake(&session);
}

int tls_read(char *data, int size) {
    int got;
    do got = mbedtls_ssl_read(&session, (unsigned char *)data, size);
    while (got == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
    /* 0 is for an end of TCP, so it has to be told from what it says at a close_notify. */
    return got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 0 : got ? got : MBEDTLS_ERR_SSL_CONN_EOF;
}

int tls_write(const char *data, int size) {
    while (size) {
        int sent = mbedtls_ssl_write(&session, (const unsigned char *)data, size);
        if (sent <= 0) return sent;
        data += sent, size -= sent;
    }
    return 0;
}

int tls_ask(void) {
    return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
}

int tls_end(void) {
    return mbedtls_ssl_close_notify(&session);
}

void tls_release(void) {
    mbedtls_ssl_free(&session);
}

const char *tls_words(int error) {
    static char words[200];
    mbedtls_strerror(error, words, sizeof words);
    return words;
}
