/* TLS by wolfSSL. See README.md. */
#include <stdlib.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "peer.h"

static WOLFSSL_CTX *context;
static WOLFSSL *session;
static int serves;

const char *tls_version(void) {
    static char words[64];
    snprintf(words, sizeof words, "wolfSSL %s", wolfSSL_lib_version());
    return words;
}

void tls_setup(const char *directory, int serving, int demanding) {
    char certificate[500], key[500], ca[500];
    snprintf(certificate, sizeof certificate, "%s/certificate.pem", directory);
    snprintf(key, sizeof key, "%s/key.pem", directory);
    snprintf(ca, sizeof ca, "%s/ca.pem", directory);
    wolfSSL_Init();
    context = wolfSSL_CTX_new(serving ? wolfSSLv23_server_method() : wolfSSLv23_client_method());
    wolfSSL_CTX_load_verify_locations(context, ca, NULL);
    if (serving) {
        wolfSSL_CTX_use_certificate_chain_file(context, certificate);
        if (wolfSSL_CTX_use_PrivateKey_file(context, key, WOLFSSL_FILETYPE_PEM) != WOLFSSL_SUCCESS) abort();
    }
    int verify = demanding ? WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT : WOLFSSL_VERIFY_NONE;
    wolfSSL_CTX_set_verify(context, serving ? verify : WOLFSSL_VERIFY_PEER, NULL);
    serves = serving;
}

int tls_start(int fd) {
    session = wolfSSL_new(context);
    wolfSSL_set_fd(session, fd);
    if (!serves) {
        wolfSSL_UseSNI(session, WOLFSSL_SNI_HOST_NAME, "localhost", 9);
        wolfSSL_check_domain_name(session, "localhost");
    }
    int result = serves ? wolfSSL_accept(session) : wolfSSL_connect(session);
    return result == WOLFSSL_SUCCESS ? 0 : wolfSSL_get_error(session, result);
}

int tls_read(char *data, int size) {
    int got = wolfSSL_read(session, data, size);
    if (got > 0) return got;
    int error = wolfSSL_get_error(session, got);
    return error == WOLFSSL_ERROR_ZERO_RETURN ? 0 : -abs(error); /* some are positive */
}

int tls_write(const char *data, int size) {
    int sent = wolfSSL_write(session, data, size);
    return sent == size ? 0 : wolfSSL_get_error(session, sent);
}

int tls_ask(void) {
    wolfSSL_set_verify(session, WOLFSSL_VERIFY_PEER, NULL);
    int result = wolfSSL_request_certificate(session);
    return result == WOLFSSL_SUCCESS ? 0 : result;
}

int tls_end(void) {
    int result = wolfSSL_shutdown(session);
    return result == WOLFSSL_SUCCESS || result == WOLFSSL_SHUTDOWN_NOT_DONE ? 0 : wolfSSL_get_error(session, result);
}

void tls_release(void) {
    wolfSSL_free(session);
}

const char *tls_words(int error) {
    return wolfSSL_ERR_reason_error_string(error);
}
