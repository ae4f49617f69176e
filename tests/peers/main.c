/* What the programs in C and C++ have in common: they obey. See README.md. */
#include <arpa/inet.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

static char data[16 << 20];

static char end[256], then[256];

static int fails(int error) {
    if (error) snprintf(then, sizeof then, "%s%s", *end ? ", then " : "", tls_words(error));
    return error;
}

/* Read until there is so much, or to the end. */
static size_t fill(size_t had, size_t enough) {
    while (!*end && had < enough) {
        int got = tls_read(data + had, 65536);
        if (got <= 0) snprintf(end, sizeof end, "%s", got ? tls_words(got) : "end");
        else had += got;
    }
    return had;
}

static void obey(void) {
    static char zeroes[1 << 20];
    unsigned char digest[32];
    char order[16] = "";
    size_t count = 0, had;

    *end = *then = 0;
    had = fill(0, 16);
    if (had >= 16) sscanf(data, "%15s %zu", order, &count);
    int asking = !strcmp(order, "ask"), echoing = asking || !strcmp(order, "echo"), listening = !strcmp(order, "listen");
    /* The request of some leaves with the next data. */
    if (asking && !fails(tls_ask())) fails(tls_write(zeroes, 1));
    size_t pouring = strcmp(order, "pour") ? 0 : count;
    while (pouring && !fails(tls_write(zeroes, 1))) pouring--;
    if (echoing || listening || !fails(tls_end())) had = fill(had, echoing ? 16 + count : sizeof data - 65536);
    if (echoing && !*end) fails(tls_write(data + 16, count));
    if (listening && count && !fails(tls_write(zeroes, count / 2))) {
        usleep(100000);
        fails(tls_write(zeroes, count / 2));
    }
    tls_end();
    had = had > 16 ? had - 16 : 0;
    SHA256((unsigned char *)data + 16, had, digest);
    printf("arrived %zu ", had);
    for (int i = 0; i < 32; i++) printf("%02x", digest[i]);
    printf(" %s%s\n", *end || *then ? end : "closed", then);
}

static void converse(int fd, int serving) {
    int error = tls_start(fd);
    if (error) {
        printf("failed %s\n", tls_words(error));
        /* What is unread would make the close a reset, which destroys an alert. */
        shutdown(fd, SHUT_WR);
        while (read(fd, data, sizeof data) > 0);
    } else {
        if (!serving) tls_write("request\n", 8);
        obey();
    }
    tls_release();
    close(fd);
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {};
    socklen_t length = sizeof address;
    int serving = !strcmp(argv[1], "server");

    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    printf("version %s\n", tls_version());
    tls_setup(argv[2], serving, argc == 4 && !strcmp(argv[3], "demands"));
    if (serving) {
        int listener = socket(AF_INET, SOCK_STREAM, 0);
        if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 8)) abort();
        getsockname(listener, (struct sockaddr *)&address, &length);
        printf("port %d\n", ntohs(address.sin_port));
        for (;;) converse(accept(listener, NULL, NULL), 1);
    }
    address.sin_port = htons(atoi(argv[3]));
    for (int run = 0; run < atoi(argv[5]); run++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&address, length)) abort();
        converse(fd, 0);
    }
}
