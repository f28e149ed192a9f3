using System;
using System.Net;
using System.Net.Sockets;
using System.Text;

class Program
{
    static void Main()
    {
        var url = new Uri(Environment.GetEnvironmentVariable("ASPNETCORE_URLS"));
        var listener = new TcpListener(IPAddress.Any, url.Port);
        listener.Start();
        Console.WriteLine("listening on " + url + " with .NET " + Environment.Version);
        while (true)
        {
            using (var client = listener.AcceptTcpClient())
            {
                var stream = client.GetStream();
                stream.Read(new byte[4096], 0, 4096);
                var body = "hello from .NET";
                var answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.Length + "\r\nConnection: close\r\n\r\n" + body;
                var bytes = Encoding.ASCII.GetBytes(answer);
                stream.Write(bytes, 0, bytes.Length);
            }
        }
    }
}
