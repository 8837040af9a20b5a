using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Calico.Store;
using Calico.Store.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Store.Transport;

internal sealed class EndpointConnectorTests
{
    private string _directory = null!;
    private TestAuthority _authority = null!;
    private TlsServer _server = null!;

    private string CaFile => Path.Combine(_directory, "ca.pem");

    private string CertFile => Path.Combine(_directory, "client.pem");

    private string KeyFile => Path.Combine(_directory, "client.key");

    [SetUp]
    public void SetUp()
    {
        _directory = Directory.CreateTempSubdirectory("calico-tls-").FullName;
        _authority = TestAuthority.Create("ca");
        _server = new TlsServer(_authority.Issue("server"));
        File.WriteAllText(CaFile, _authority.Pem);
        WriteClient("client");
    }

    [TearDown]
    public async Task TearDown()
    {
        await _server.DisposeAsync();
        _server.Certificate.Dispose();
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task A_server_of_the_authority_is_trusted_and_shown_our_certificate()
    {
        await ConnectAsync(Connector());
        Assert.That(_server.Clients, Is.EqualTo(["CN=client +0"]));
    }

    [Test]
    public async Task Intermediates_in_the_certificate_file_are_sent_along()
    {
        using var intermediate = _authority.CreateIntermediate("intermediate");
        using var client = intermediate.Issue("below");
        File.WriteAllText(CertFile, client.ExportCertificatePem() + "\n" + intermediate.Pem);
        File.WriteAllText(KeyFile, client.GetECDsaPrivateKey()!.ExportECPrivateKeyPem());
        await ConnectAsync(Connector());
        Assert.That(_server.Clients, Is.EqualTo(["CN=below +1"]));
    }

    [Test]
    public async Task A_server_of_another_authority_is_refused_though_its_name_be_the_same()
    {
        using var stranger = TestAuthority.Create("ca");
        File.WriteAllText(CaFile, stranger.Pem);
        await RefusedAsync($"the server's certificate (CN=server) is not signed by the CA in {CaFile}");
    }

    [Test]
    public async Task One_of_several_authorities_in_the_file_is_enough()
    {
        using var former = TestAuthority.Create("former");
        File.WriteAllText(CaFile, former.Pem + "\n" + _authority.Pem);
        await ConnectAsync(Connector());
        Assert.That(_server.Clients, Has.Count.EqualTo(1));
    }

    [TestCase(-3, -1)]
    [TestCase(1, 3)]
    public async Task A_certificate_out_of_date_is_refused_and_told_so(int fromDays, int toDays)
    {
        _server.Certificate = _authority.Issue("server", validFromDays: fromDays, validToDays: toDays);
        await RefusedAsync("out of date");
    }

    [Test]
    public async Task A_certificate_for_another_address_is_refused()
    {
        _server.Certificate = _authority.Issue("server", IPAddress.Parse("127.0.0.2"));
        await RefusedAsync("the server's certificate (CN=server) is not for 127.0.0.1");
    }

    [Test]
    public async Task Tls_1_2_is_spoken_where_1_3_is_not()
    {
#pragma warning disable CA5398 // The test is about this version.
        await using var old = new TlsServer(_server.Certificate, SslProtocols.Tls12);
#pragma warning restore CA5398
        await using var stream = await Connector().ConnectAsync(old.Endpoint, default);
        Assert.That(stream, Is.Not.Null);
    }

    [Test]
    public async Task Changed_files_are_used_by_the_next_connection_and_broken_ones_are_not()
    {
        var connector = Connector();
        await ConnectAsync(connector);
        WriteClient("rotated");
        await ConnectAsync(connector);
        File.WriteAllText(KeyFile, "half written");
        await ConnectAsync(connector);
        File.Delete(CertFile);
        await ConnectAsync(connector);
        Assert.That(_server.Clients.Select(c => c.Split(' ')[0]), Is.EqualTo(["CN=client", "CN=rotated", "CN=rotated", "CN=rotated"]));
    }

    [Test]
    public async Task A_key_that_is_not_the_certificates_is_told_with_both_files()
    {
        using var other = _authority.Issue("other");
        File.WriteAllText(KeyFile, other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await RefusedAsync($"the key in {KeyFile} cannot be used with the certificate in {CertFile}");
    }

    [Test]
    public async Task A_file_that_is_missing_or_holds_no_certificate_is_named()
    {
        File.WriteAllText(CaFile, "no certificate");
        await RefusedAsync($"CA certificate file {CaFile} holds no certificate");
        File.Delete(CaFile);
        await RefusedAsync($"cannot read the CA certificate file {CaFile}");
    }

    private EndpointConnector Connector() => new(
        new TlsOptions
        {
            Authorities = PemSource.File(CaFile),
            Certificate = PemSource.File(CertFile),
            Key = PemSource.File(KeyFile),
            Protocols = [SslApplicationProtocol.Http2],
        },
        TimeSpan.FromSeconds(5),
        NullLogger.Instance);

    private async Task ConnectAsync(EndpointConnector connector)
    {
        var before = _server.Clients.Count;
        await using (await connector.ConnectAsync(_server.Endpoint, default))
        {
            // The server hears of the client's certificate a moment after the client is done.
            Assert.That(() => _server.Clients, Has.Count.EqualTo(before + 1).After(5_000, 5));
        }
    }

    private async Task RefusedAsync(string complaint)
    {
        var error = await Assert.ThrowsAsync<StoreException>(async () => await Connector().ConnectAsync(_server.Endpoint, default));
        Assert.That(error!.Message, Does.Contain(complaint));
    }

    private void WriteClient(string name)
    {
        using var client = _authority.Issue(name);
        File.WriteAllText(CertFile, client.ExportCertificatePem());
        File.WriteAllText(KeyFile, client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }
}
