using WholeTale.Simulator.Hosting;

return await Serve.RunAsync(args);
