/* TLS by Botan. See README.md. */
#include <botan/auto_rng.h>
#include <botan/certstor.h>
#include <botan/data_src.h>
#include <botan/pkcs8.h>
#include <botan/tls_client.h>
#include <botan/tls_server.h>
#include <botan/tls_session_manager_memory.h>
#include <botan/version.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "peer.h"

using namespace Botan;

static std::string words, unread;
static std::unique_ptr<X509_Certificate> own;
static std::shared_ptr<Private_Key> key;
static Certificate_Store_In_Memory authorities;
static std::unique_ptr<TLS::Channel> channel;
static int tcp, serves, demands;
static bool ended;

struct Papers : Credentials_Manager {
    std::vector<Certificate_Store *> trusted_certificate_authorities(const std::string &type, const std::string &) override {
        if (type == "tls-client" || demands) return {&authorities};
        return {};
    }
    std::vector<X509_Certificate> find_cert_chain(const std::vector<std::string> &,
                                                  const std::vector<AlgorithmIdentifier> &,
                                                  const std::vector<X509_DN> &, const std::string &,
                                                  const std::string &) override {
        if (serves) return {*own};
        return {};
    }
    std::shared_ptr<Private_Key> private_key_for(const X509_Certificate &, const std::string &,
                                                 const std::string &) override {
        return key;
    }
};

struct Policy : TLS::Policy {
    bool require_client_certificate_authentication() const override { return demands; }
    bool require_cert_revocation_info() const override { return false; } // there is none
};

struct Callbacks : TLS::Callbacks {
    void tls_emit_data(std::span<const uint8_t> data) override {
        while (!data.empty()) {
            ssize_t sent = ::send(tcp, data.data(), data.size(), 0);
            if (sent <= 0) throw std::runtime_error("send: " + std::string(strerror(errno)));
            data = data.subspan(sent);
        }
    }
    void tls_record_received(uint64_t, std::span<const uint8_t> data) override {
        unread.append(reinterpret_cast<const char *>(data.data()), data.size());
    }
    void tls_alert(TLS::Alert alert) override {
        if (alert.type() == TLS::AlertType::CloseNotify) ended = true;
        else words = alert.type_string();
    }
};

static auto source = std::make_shared<AutoSeeded_RNG>();
static auto sessions = std::make_shared<TLS::Session_Manager_In_Memory>(source);
static auto papers = std::make_shared<Papers>();
static auto policy = std::make_shared<Policy>();
static auto callbacks = std::make_shared<Callbacks>();

const char *tls_version(void) {
    static std::string version = "Botan " + short_version_string();
    return version.c_str();
}

void tls_setup(const char *directory, int serving, int demanding) {
    std::string parent = directory;
    authorities.add_certificate(X509_Certificate(parent + "/ca.pem"));
    serves = serving;
    demands = demanding;
    if (!serving) return;
    own = std::make_unique<X509_Certificate>(parent + "/certificate.pem");
    DataSource_Stream file(parent + "/key.pem");
    key = PKCS8::load_key(file);
}

/* Do something that may throw. */
template <typename Action>
static int attempt(Action action) {
    try {
        return action();
    } catch (const std::exception &error) {
        words = error.what();
        return -1;
    }
}

/* Read once from TCP. */
static int receive(void) {
    uint8_t data[16384];
    ssize_t got = recv(tcp, data, sizeof data, 0);
    if (got <= 0) {
        words = got ? "recv: " + std::string(strerror(errno)) : "recv() gives 0, of which Botan is not told";
        return -1;
    }
    channel->received_data(data, got);
    return 0;
}

int tls_start(int fd) {
    tcp = fd;
    ended = false;
    unread.clear();
    return attempt([] {
        if (serves) channel = std::make_unique<TLS::Server>(callbacks, sessions, papers, policy, source);
        else
            channel = std::make_unique<TLS::Client>(callbacks, sessions, papers, policy, source,
                                                    TLS::Server_Information("localhost"));
        int error = 0;
        while (!error && !channel->is_active()) error = channel->is_closed() ? -1 : receive();
        return error;
    });
}

int tls_read(char *data, int size) {
    return attempt([&] {
        int error = 0;
        while (!error && unread.empty() && !ended) error = receive();
        if (error) return error;
        int got = unread.copy(data, size);
        unread.erase(0, got);
        return got;
    });
}

int tls_write(const char *data, int size) {
    return attempt([&] {
        channel->send(reinterpret_cast<const uint8_t *>(data), size);
        return 0;
    });
}

int tls_ask(void) {
    words = "it has no call for that";
    return -1;
}

int tls_end(void) {
    return attempt([] {
        channel->close();
        return 0;
    });
}

void tls_release(void) {
    channel.reset();
}

const char *tls_words(int) {
    return words.c_str();
}
